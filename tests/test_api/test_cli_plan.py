"""``yizhan plan``: a folder that is whole, or not there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

YIZHAN = Path(sys.executable).with_name("yizhan")


@pytest.fixture(scope="module")
def run(shipped_server, root):
    """Runs the command on the shipped stations."""
    env = os.environ | {
        "YIZHAN_HOME": str(shipped_server.home),
        "YIZHAN_STATIONS_DIR": str(root / "data" / "stations"),
    }

    def plan(*arguments):
        return subprocess.run(
            [YIZHAN, "plan", *map(str, arguments)],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return plan


def test_a_folder_with_a_page_and_its_data(run, tmp_path):
    folder = tmp_path / "out" / "zhengzhou"
    done = run("郑州", "-o", folder, "--next", "2")
    assert done.returncode == 0, done.stderr
    assert "1 公里" in done.stdout
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert document["place"]["adcode"] == "410100"
    assert document["list_state"] == "partial"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert (folder / "assets").is_dir()
    # Once more in the place of the first; what is not a plan of ours is not touched.
    assert run("郑州", "-o", folder, "--next", "0").returncode == 0
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("not ours")
    refused = run("郑州", "-o", strange)
    assert refused.returncode == 2
    assert "里有别的文件" in refused.stderr
    assert [path.name for path in strange.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("亚特兰蒂斯",), "没有找到"),
        (("郑州", "--radius", "0"), "半径应在"),
        (("郑州", "--radius", "abc"), "radius 应为数"),
        (("郑州", "--next", "999999"), "新增站点数"),
        (("郑州", "--min-per-district", "99"), "每区县至少 99 个"),
        (("郑州", "--compare", "99"), "没有版本 99"),
    ],
)
def test_bad_input_leaves_nothing_behind(run, tmp_path, arguments, words):
    refused = run(*arguments, "-o", tmp_path / "out")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert list(tmp_path.iterdir()) == []
