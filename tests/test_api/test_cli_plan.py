"""``yizhan plan``: a folder that is whole, or not there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main

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
    # Another one in the place of the first; what is not a plan of ours is not touched.
    assert run("济源", "-o", folder).returncode == 0
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert document["place"]["adcode"] == "419001"
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("not ours")
    refused = run("郑州", "-o", strange)
    assert refused.returncode == 2
    assert "里有别的文件" in refused.stderr
    assert [path.name for path in strange.iterdir()] == ["thesis.txt"]


@pytest.mark.full
def test_what_fails_in_a_process_of_the_pool_fails_as_it_does_here(run, tmp_path):
    refused = run("宁夏", "-o", tmp_path / "ningxia", "--cell", "7", "--processes", "2")
    assert refused.returncode == 2
    assert "格网边长 7 米" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.full
def test_a_province_is_all_its_cities(run):
    done = run("--province", "河南", "--json", "--radius", "1000", "--next", "1")
    assert done.returncode == 0, done.stderr
    plans = json.loads(done.stdout)["plans"]
    assert len(plans) == 18
    for plan in plans:
        # One city has a list; of the others nothing is known.
        assert (plan["list_state"] == "none") == (plan["place"]["adcode"] != "410100")


@pytest.mark.full
def test_a_province_is_a_ranking_and_a_folder_for_each_city(run, tmp_path):
    folder = tmp_path / "henan"
    done = run("河南", "-o", folder, "--radius", "1000", "--next", "1", "--processes", "2")
    assert done.returncode == 0, done.stderr
    # The one city with a list has figures, and they are a least; the others have none.
    assert re.search(r"郑州市 +│ 名录不全[^\n]*≥ [\d.]+", done.stdout)
    assert re.search(r"开封市 +│ 没有名录[^\n]*│ — +│ — +│", done.stdout)
    cities = sorted(path.name for path in folder.iterdir() if path.name.isdecimal())
    assert len(cities) == 18
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f"{city}/index.html" in page for city in cities)
    for city in cities:
        own = folder / city
        assert "../index.html" in (own / "index.html").read_text(encoding="utf-8")
        document = json.loads((own / "plan.json").read_text(encoding="utf-8"))
        assert document["place"]["adcode"] == city
        assert (own / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("亚特兰蒂斯",), "没有找到"),
        ((), "二者选一"),
        (("郑州", "--province", "河南"), "二者选一"),
        (("郑州市金水区",), "不是市，也不是省"),
        (("郑州", "--group", "riders"), "group 没有这个选择"),
        (("郑州", "--to-census"), "只用于自带的需求文件"),
        (("郑州", "--demand", "x.csv", "--group", "urban"), "不能与 --demand 同用"),
        (("郑州", "--map-paper", "a5"), "map-paper 没有这个选择"),
        (("郑州", "--radius", "0"), "半径应在"),
        (("郑州", "--radius", "abc"), "radius 应为数"),
        (("郑州", "--next", "999999"), "新增站点数"),
        (("郑州", "--min-per-district", "99"), "每区县至少 99 个"),
        (("郑州", "--compare", "99"), "没有版本 99"),
    ],
)
def test_bad_input_leaves_nothing_behind(
    shipped_server, root, tmp_path, monkeypatch, capsys, arguments, words
):
    monkeypatch.setenv("YIZHAN_HOME", str(shipped_server.home))
    monkeypatch.setenv("YIZHAN_STATIONS_DIR", str(root / "data" / "stations"))
    monkeypatch.setattr(sys, "argv", ["yizhan", "plan", *arguments, "-o", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as refused:
        main()
    assert refused.value.code == 2
    assert words in capsys.readouterr().err.replace("\n", "")
    assert list(tmp_path.iterdir()) == []
