"""``yizhan site`` and ``yizhan cover``: plain tables in, a plan with its proof out."""

import json
import math
import signal
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli import app
from geo.errors import YizhanError
from geo.geodesic import GEOD

YIZHAN = Path(sys.executable).with_name("yizhan")
SITE_KEYS = (
    *("model", "sites", "gain", "covered", "total", "covered_ratio"),
    *("objective", "bound", "optimality_gap", "seconds", "status"),
)
COVER_KEYS = (
    *("radius_m", "covered", "total", "covered_ratio", "backup_ratio"),
    *("area_m2", "covered_area_m2", "by_district"),
)


def run(*arguments):
    """The document that a command prints."""
    done = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def write(path, header, rows):
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", "utf-8")
    return path


@pytest.fixture
def town(tmp_path):
    """30 points in a plane: file, coordinates, weights."""
    rng = np.random.default_rng(5)
    xy, weights = rng.integers(0, 4000, (30, 2)), rng.integers(1, 50, 30)
    rows = [(f"d{nth}", *at, w) for nth, (at, w) in enumerate(zip(xy, weights, strict=True))]
    return write(tmp_path / "town.csv", "id,x,y,weight", rows), xy.astype(float), weights


def best(weights, distance, count, model):
    """The objective of the best of all sets of columns."""
    sets = [distance[:, list(each)] for each in combinations(range(distance.shape[1]), count)]
    if model == "mclp":
        return max(float(weights[(each <= 800).any(axis=1)].sum()) for each in sets)
    if model == "pmedian":
        return min(float(weights @ each.min(axis=1)) for each in sets)
    return min(float(each.min(axis=1).max()) for each in sets)


@pytest.mark.parametrize("model", ["mclp", "pmedian", "pcenter"])
def test_a_plan_in_the_plane_is_the_best_of_all(town, model):
    path, xy, weights = town
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    found = run("site", "--demand", path, "--radius", 800, "--next", 3, "--model", model, "--json")
    assert tuple(found)[: len(SITE_KEYS)] == SITE_KEYS
    at = [int(each[1:]) for each in found["sites"]]
    assert len(set(at)) == 3
    wanted = best(weights, distance, 3, model)
    assert (found["objective"], found["bound"]) == pytest.approx((wanted, wanted))
    assert (found["optimality_gap"], found["status"]) == (0.0, "optimal")
    near = (distance[:, at] <= 800).any(axis=1)
    assert found["covered"] == weights[near].sum()
    assert found["total"] == weights.sum()
    assert found["covered_ratio"] == pytest.approx(found["covered"] / found["total"])
    if model == "mclp":
        assert sum(found["gain"]) == found["covered"]
    else:
        assert found["gain"][0] is None


def test_set_covering_lists_whom_no_candidate_reaches(tmp_path):
    demand = write(tmp_path / "d.csv", "id,x,y", [("a", 0, 0), ("b", 10, 0), ("far", 99, 0)])
    sites = write(tmp_path / "c.csv", "id,x,y", [("p", 5, 0), ("q", 0, 1)])
    found = run(
        *("site", "--model", "lscp", "--radius", 5, "--json"),
        *("--demand", demand, "--candidates", sites),
    )
    assert found["sites"] == ["p"]
    assert found["unreached"] == ["far"]
    assert (found["objective"], found["bound"], found["covered"], found["total"]) == (1, 1, 2, 3)


def test_a_geodesic_decides_in_degrees_and_existing_sites_stay(tmp_path):
    metres = 800.0
    _, north, _ = GEOD.fwd(113.0, 34.0, 0.0, metres)
    rows = [("on", 113.0, north, 3), ("off", 113.0, north + 1e-6, 5), ("old", 113.5, 34.0, 7)]
    demand = write(tmp_path / "d.csv", "编号,经度,纬度,人口", rows)
    sites = write(tmp_path / "c.csv", "id,lon,lat", [("here", 113.0, 34.0), ("there", 113.2, 34)])
    old = write(tmp_path / "e.csv", "id,lon,lat", [("stands", 113.5, 34.0)])
    found = run(
        *("site", "--radius", metres, "--next", 1, "--json", "--existing", old),
        *("--demand", demand, "--candidates", sites),
    )
    assert (found["sites"], found["gain"]) == (["here"], [3])
    assert (found["covered"], found["covered_before"], found["unreached"]) == (10, 7, ["off"])


def test_a_table_of_distances_stands_in_for_coordinates(tmp_path):
    rng = np.random.default_rng(2)
    cost = rng.integers(0, 100, (12, 8))
    rows = [(f"d{i}", f"s{j}", cost[i, j]) for i in range(12) for j in range(8)]
    table = write(tmp_path / "pairs.csv", "from,to,cost", rows)
    found = run("site", "--distances", table, "--model", "pmedian", "--next", 2, "--json")
    assert found["objective"] == best(np.ones(12), cost, 2, "pmedian")
    demand = write(tmp_path / "d.csv", "id,weight", [(f"d{i}", i) for i in range(12)])
    old = write(tmp_path / "e.csv", "id", [("s0",)])
    found = run(
        *("site", "--distances", table, "--model", "pmedian", "--next", 1, "--json"),
        *("--demand", demand, "--existing", old),
    )
    both = [cost[:, [0, j]].min(axis=1) @ np.arange(12) for j in range(1, 8)]
    assert found["objective"] == min(both)
    assert found["gain"] == [np.arange(12) @ cost[:, 0] - min(both)]


def test_rules_have_their_price(tmp_path):
    """Two rich points in the west, a poor one in the east: fairness costs the second rich one."""
    rows = [("a", 0, 0, 10, "west"), ("b", 50, 0, 8, "west"), ("c", 99, 0, 1, "east")]
    demand = write(tmp_path / "d.csv", "id,x,y,weight,district", rows)
    sites = write(
        tmp_path / "c.csv", "id,x,y,district,capacity", [(*row[:3], row[4], 6) for row in rows]
    )
    arguments = (
        *("site", "--demand", demand, "--candidates", sites),
        *("--radius", 5, "--next", 2, "--json"),
    )
    assert "fairness_price" not in run(*arguments)
    for rule in (("--min-per-district", 1), ("--minimum-share", 0.5)):
        fair = run(*arguments, *rule)
        assert (fair["sites"], fair["covered"], fair["fairness_price"]) == (["a", "c"], 11, [7, 7])
    full = run(*arguments, "--capacity", "column")
    assert (full["sites"], full["gain"], full["covered"]) == (["a", "b"], [6, 6], 12)
    for rule, words in (
        (("--capacity", "0"), "正数"),
        (("--capacity", "many"), "a number, or the word column"),
        (("--capacity", "5", "--model", "pmedian"), "mclp alone"),
        (("--min-per-district", 2), "takes 4 new sites of 2"),
        (("--minimum-share", "0.9", "--capacity", "1"), "no plan keeps these rules"),
    ):
        _refused([*arguments, *rule], words)


def test_cover_counts_points_backup_areas_and_districts(tmp_path):
    demand = write(
        tmp_path / "d.csv",
        "id,x,y,weight,district",
        [("a", 0, 0, 1, "西"), ("b", 1000, 0, 2, "西"), ("c", 2500, 0, 4, "东")],
    )
    stations = write(tmp_path / "s.csv", "id,x,y", [("1", 0, 0), ("2", 1000, 0)])
    outline = {"type": "Polygon", "coordinates": [[[0, -9e3], [9e3, -9e3], [9e3, 9e3], [0, 9e3],
                                                  [0, -9e3]]]}  # fmt: skip
    feature = {"type": "Feature", "properties": {"name": "东"}, "geometry": outline}
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    arguments = ("cover", "--stations", stations, "--demand", demand, "--radius", 1000, "--json")
    found = run(*arguments)
    assert tuple(found) == COVER_KEYS
    assert (found["covered"], found["total"], found["area_m2"]) == (3, 7, None)
    assert (found["covered_ratio"], found["backup_ratio"]) == pytest.approx((3 / 7, 3 / 7))
    lens = 1e6 * (2 * math.pi / 3 - math.sqrt(3) / 2)
    assert found["covered_area_m2"] == pytest.approx(2e6 * math.pi - lens, rel=1e-4)
    names = [each["district"] for each in found["by_district"]]
    assert (names, found["by_district"][1]["covered"]) == (["西", "东"], 0)
    cut = run(*arguments, "--area", area)
    assert cut["area_m2"] == 9e3 * 18e3
    assert cut["covered_area_m2"] == pytest.approx(1.5e6 * math.pi - lens, rel=1e-4)
    assert cut["by_district"][1]["area_m2"] == cut["area_m2"]


def test_areas_in_degrees_are_those_on_the_ellipsoid(tmp_path):
    demand = write(tmp_path / "d.csv", "id,lon,lat", [("a", 113.7, 34.7)])
    stations = write(tmp_path / "s.csv", "id,lon,lat", [("1", 113.7, 34.7), ("2", 113.9, 34.7)])
    found = run(*("cover", "--stations", stations, "--demand", demand, "--json"))
    assert found["radius_m"] == 500
    assert found["covered_area_m2"] == pytest.approx(2 * math.pi * 500**2, rel=1e-4)


GOOD = ("--radius", "5", "--next", "1")


@pytest.mark.parametrize(
    ("demand", "candidates", "options", "words"),
    [
        ("id,x,y\na,0,0\n", "id,x,y\n", GOOD, "候选点文件是空的"),
        ("id,x,y,weight\na,0,0,-1\n", None, GOOD, "no usable weight, the first is -1 in row 2"),
        ("id,x,y,weight\na,0,0,0\n", None, GOOD, "权重全为 0"),
        ("id,x,y,weight\na,0,0,two\n", None, GOOD, "'two' in the column 'weight' is no number"),
        ("id,x,y\na,0,0\na,1,1\n", None, GOOD, "“a”出现两次"),
        ("id,x,y\na,nan,0\n", None, GOOD, "第 2 行的坐标不是有限的数"),
        ("id,lon,lat\na,34.7,113.7\n", None, GOOD, "look swapped"),
        ("id,weight\na,1\n", None, GOOD, "没有坐标列"),
        ("id,x,y\na,0,0\n", "id,lon,lat\nb,113,34\n", GOOD, "几个文件的坐标不一致"),
        ("id,x,y\na,0,0\n", "id,x,y\nb,9,9\n", GOOD, "within 5 no candidate reaches any"),
        ("id,x,y\na,0,0\n", None, ("--radius", "0", "--next", "1"), "半径 0 不合理"),
        ("id,lon,lat\na,0,0\n", None, ("--radius", "1e9", "--next", "1"), "at most 1,000 km"),
        ("id,x,y\na,0,0\n", None, ("--radius", "5"), "mclp 需要知道要选几处"),
        ("id,x,y\na,0,0\n", None, ("--next", "1"), "mclp needs a radius"),
        ("id,x,y\na,0,0\n", None, ("--radius", "5", "--next", "2"), "候选点只有 1 个"),
        ("id,x,y\na,0,0\n", None, (*GOOD, "--model", "best"), "没有这种选址模型"),
        ("id,x,y\na,0,0\n", None, (*GOOD, "--crs", "utm"), "没有这种坐标"),
        ("id,x,y\na,0,0\n", None, (*GOOD, "--time-limit", "0"), "时间上限应大于 0"),
    ],
)
def test_a_bad_question_is_refused_in_one_sentence(tmp_path, demand, candidates, options, words):
    arguments = ["site", "--demand", tmp_path / "d.csv", *options, "--json"]
    (tmp_path / "d.csv").write_text(demand, "utf-8")
    if candidates:
        (tmp_path / "c.csv").write_text(candidates, "utf-8")
        arguments += ["--candidates", tmp_path / "c.csv"]
    _refused(arguments, words)


@pytest.mark.parametrize(
    ("table", "model", "words"),
    [
        ("from,to,cost\na,b,1\na,b,2\n", "pmedian", "a to b twice"),
        ("from,to,cost\na,b,-1\n", "pmedian", "row 2 of t.csv: '-1' is no distance"),
        ("from,to,cost\na,b,far\n", "pmedian", "“far”不是距离"),
        ("from,to,cost\na,p,1\nb,p,2\nb,q,3\n", "pmedian", "第一对是 a 到 q"),
        ("one,two\n1,2\n", "pmedian", "from (demand), to (site), cost"),
        ("from,to,cost\na,p,1\nb,q,2\n", "pcenter", "no 1 sites have every demand point"),
    ],
)
def test_a_bad_table_of_distances_is_refused(tmp_path, table, model, words):
    (tmp_path / "t.csv").write_text(table, "utf-8")
    arguments = ["site", "--distances", tmp_path / "t.csv", "--model", model, "--next", "1"]
    _refused(arguments, words)


def _refused(arguments, words):
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert isinstance(done.exception, YizhanError), done.output
    told = f"{done.exception} {getattr(done.exception, 'expected', '')}"
    assert words in told
    assert not done.stdout


def test_an_interrupt_keeps_the_best_plan_and_a_true_bound(tmp_path):
    """A hard p-median; Ctrl-C while it is searched."""
    rng = np.random.default_rng(1)
    rows = [(nth, *at) for nth, at in enumerate(rng.random((500, 2)).round(6))]
    demand = write(tmp_path / "d.csv", "id,x,y", rows)
    with subprocess.Popen(
        [YIZHAN, "site", "--demand", demand, "--model", "pmedian", "--next", "7", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        # The command answers to Ctrl-C with a plan once it has read its files.
        for _ in range(200):
            time.sleep(0.05)
            if (Path("/proc") / str(running.pid) / "maps").read_text().count("highspy"):
                break
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        shown, told = running.communicate(timeout=60)
    assert running.returncode == 0, told
    found = json.loads(shown)
    assert found["status"] in {"interrupted", "optimal"}
    assert len(found["sites"]) == 7
    assert 0 < found["bound"] <= found["objective"]
