"""The house itself: its layout, its contracts, its lock files, its documents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest


def test_rooms_import_only_downwards(root: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 kept, 0 broken" in run.stdout


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_file_has_hashes_and_no_address(root: Path, name: str) -> None:
    text = (root / name).read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
    pins = re.findall(r"^[A-Za-z0-9_.-]+==", text, flags=re.MULTILINE)
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)


@pytest.mark.parametrize("room", ["geo", "api", "maps"])
def test_types_are_published(root: Path, room: str) -> None:
    assert (root / room / "py.typed").is_file()


def test_no_module_is_more_than_one_room(root: Path) -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for room in ("geo", "api", "maps")
        for path in (root / room).rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}


def test_readmes_name_only_scripts_that_exist(root: Path) -> None:
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"scripts/([a-z]+)", (root / name).read_text(encoding="utf-8")))
        assert named, name
        assert {script for script in named if not (root / "scripts" / script).is_file()} == set()


def test_ci_runs_what_the_readme_names(root: Path) -> None:
    commands = (root / ".ci" / "run").read_text().splitlines()
    assert commands[-1] == "exec scripts/test"
    assert "scripts/test" in (root / "README.md").read_text(encoding="utf-8")
