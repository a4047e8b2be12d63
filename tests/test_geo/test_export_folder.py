"""Folders that are whole or not there, and never take anybody's files away."""

import hashlib
import subprocess

import pytest

from geo.errors import InputError, SetupError
from geo.export.folder import MANIFEST, require_ours, whole_folder


def write(folder, content="one"):
    with whole_folder(folder) as draft:
        (draft / "plan.txt").write_text(content)
        (draft / "png").mkdir()
        (draft / "png" / "map.png").write_bytes(b"\x89PNG")


def test_a_folder_has_a_manifest_that_sha256sum_checks(tmp_path):
    write(tmp_path / "deep" / "out")
    folder = tmp_path / "deep" / "out"
    lines = (folder / MANIFEST).read_text().splitlines()
    digest = hashlib.sha256(b"one").hexdigest()
    assert f"{digest}  plan.txt" in lines
    subprocess.run(["sha256sum", "--quiet", "-c", MANIFEST], cwd=folder, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def fail(folder, error):
    with whole_folder(folder) as draft:
        (draft / "half").write_text("half")
        raise error


def test_what_fails_leaves_nothing_or_the_earlier_folder(tmp_path):
    with pytest.raises(RuntimeError):
        fail(tmp_path / "a" / "b", RuntimeError())
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "out", "first")
    with pytest.raises(KeyboardInterrupt):
        fail(tmp_path / "out", KeyboardInterrupt())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "plan.txt").read_text() == "first"
    write(tmp_path / "out", "second")
    assert (tmp_path / "out" / "plan.txt").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["notes.docx", "png/extra.png", "plan.txt"])
def test_files_of_others_are_kept(tmp_path, name):
    folder = tmp_path / "out"
    write(folder)
    (folder / name).write_text("somebody's")
    with pytest.raises(InputError) as refused:
        write(folder)
    assert name in refused.value.text.zh
    assert (folder / name).read_text() == "somebody's"


def test_only_new_and_empty_folders_and_our_own_are_replaced(tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "plan.json").write_text("{}")
    with pytest.raises(InputError):
        require_ours(foreign)
    with pytest.raises(InputError):
        require_ours(foreign / "plan.json")


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError), whole_folder(tmp_path / "file" / "out"):
        pass
