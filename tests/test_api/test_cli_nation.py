"""``yizhan nation`` as a command, on the list of one small city."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main


def yizhan(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("yizhan"), "nation", *arguments]
    env = os.environ | {"YIZHAN_HOME": str(home)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.full
def test_every_city_of_china_from_any_folder_of_lists(root: Path, tmp_path: Path):
    lists = root / "tests" / "fixtures" / "catalogues" / "jiyuan"
    out = tmp_path / "out"
    run = yizhan(tmp_path, "--stations", str(lists), "-o", str(out), "--json")
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["label"] == {"zh": "示意数据，非真实站点", "en": told["label"]["en"]}
    assert (told["nation"]["cities"], told["nation"]["measured"]) == (375, 1)
    assert told["nation"]["at_least"] is True
    assert {row["adcode"] for row in told["cities"] if row["people_ratio_low"] is not None} == {
        "419001"
    }
    henan = next(each for each in told["provinces"] if each["adcode"] == "410000")
    assert henan["people_ratio"] == told["nation"]["people_ratio"]
    kept = json.loads((out / "nation.json").read_text())
    assert kept == {name: value for name, value in told.items() if name != "cities"}
    assert len(list(out.glob("cities/province=*/part-0.parquet"))) == 34


def test_bad_input_is_one_sentence_and_writes_nothing(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    lists = root / "tests" / "fixtures" / "catalogues" / "jiyuan"
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine")
    cases = [
        (["-o", str(foreign)], "foreign"),
        (["-o", str(tmp_path / "out"), "--radius", "0", "--stations", "no"], "半径应在"),
        (["-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"], "Dask"),
    ]
    for arguments, word in cases:
        command = ["yizhan", "nation", "--stations", str(lists), *arguments]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as refused:
            main()
        assert refused.value.code == 2, arguments
        assert word in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert [path.name for path in foreign.iterdir()] == ["mine.txt"]
