"""Bad input to a plan: one clear sentence each, in Chinese and in English."""

import numpy as np
import pytest
import shapely

from geo.demand import read_demand
from geo.errors import InputError, NotFoundError, YizhanError
from geo.planning.candidates import read_candidates
from geo.planning.parameters import Candidate, Parameters
from geo.planning.plan import plan_city
from geo.position import Position

CITY = "410100"
BARE = {"radii_m": (1000.0,), "moments": ()}
MIDDLE = Position(113.7, 34.75)
CANDIDATES = tuple(Candidate(f"c{nth}", "", Position(113.98 + nth / 50, 34.6)) for nth in range(4))
LIST = {**BARE, "candidate_source": "list", "candidates": CANDIDATES, "next_sites": 2}
FAR = {**LIST, "candidates": (Candidate("c1", "", Position(116.0, 40.0)),), "next_sites": 1}


def _said(refused):
    """What was said, once it is known to be two sentences that are not the same."""
    zh, en = refused.value.text
    assert zh
    assert en
    assert zh != en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    return zh, en


@pytest.mark.parametrize(
    ("values", "parameter", "zh", "en"),
    [
        ({"radii_m": (0.0,)}, "radius", "半径应在 10 到 50000 米之间", "a radius is between 10"),
        ({"radii_m": (-5.0,)}, "radius", "半径应在", "a radius is between"),
        ({"radii_m": (9e6,)}, "radius", "半径应在", "a radius is between"),
        ({"radii_m": (float("nan"),)}, "radius", "半径应在", "a radius is between"),
        ({"site_radius_m": 0.0}, "radius", "半径应在", "a radius is between"),
        ({"radii_m": ()}, "radius", "没有给出半径", "no radius"),
        ({"minutes": (0.0,)}, "minutes", "时间应在", "a time is between"),
        ({"model": "best"}, "model", "没有 best 这一项", "no choice best"),
        ({"kind": "castle"}, "kind", "没有 castle 这一项", "no choice castle"),
        ({"candidate_source": "list"}, "candidates", "名单是空的", "candidates is empty"),
        ({"candidates": CANDIDATES}, "candidate_source", "却只用网格", "only cells"),
        ({"next_sites": -1}, "next", "新增站点数应在", "next stations is between"),
        ({**LIST, "next_sites": 5}, "next", "候选点只有 4 个", "5 stations are asked for of 4"),
        ({"minimum_per_district": -1}, "minimum", "最少新增数应在", "minimum per district is"),
        ({"minimum_per_district": 1}, "minimum", "需要 12 个站点", "takes 12 stations"),
        ({**LIST, "minimum_per_district": 1, "next_sites": 4}, "minimum", "需要 12", "takes 12"),
        (
            {"minimum_per_district": 1, "model": "lscp"},
            "minimum",
            "只用于最大覆盖",
            "goes with the model mclp only",
        ),
        ({"capacity": 0.0}, "capacity", "每站容量应为正数", "is a positive number"),
        ({"capacity": float("inf")}, "capacity", "每站容量应为正数", "is a positive number"),
        (
            {"capacity": 9.0, "model": "pcenter"},
            "capacity",
            "只用于覆盖模型",
            "models of covering only",
        ),
        (
            {**LIST, "capacity": 1.0, "model": "lscp"},
            "capacity",
            "容量低于需求：4 个候选点每站 1",
            "capacity below demand: 4 candidates at 1 each",
        ),
        (FAR, "candidates", "够得到未覆盖的需求", "no candidate reaches any demand"),
        ({**FAR, "model": "lscp"}, "candidates", "够得到未覆盖", "no candidate reaches any"),
        ({"moments": ("someday:25:00",)}, "moments", "someday", "someday"),
        ({"seed": -1}, "seed", "随机种子不能为负", "a seed is not negative"),
    ],
)
def test_a_bad_question_is_refused_in_one_sentence(shipped, places, values, parameter, zh, en):
    with pytest.raises(InputError) as refused:
        plan_city(shipped, places, CITY, parameters=Parameters(**{**BARE, **values}))
    assert refused.value.parameter == parameter
    said = _said(refused)
    assert zh in said[0]
    assert en in said[1]


def test_an_unknown_city_is_told_with_those_like_it(shipped, places):
    with pytest.raises(NotFoundError) as refused:
        plan_city(shipped, places, "郑洲")
    assert "郑洲" in _said(refused)[0]


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        ("lon,lat,people\n100.0,30.0,5\n", "都在郑州市之外", "lies outside Zhengzhou"),
        ("lon,lat,people\n113.7,34.7,-5\n", "权重不可用", "no usable weight"),
        ("lon,lat,people\n113.7,34.7,0\n", "没有任何需求", "no demand"),
        ("lon,lat,people\n113.7,34.7,many\n", "不是数", "is no number"),
        ("lon,lat,people\n", "没有任何需求", "no demand"),
    ],
)
def test_a_demand_that_is_none_is_refused(places, tmp_path, content, zh, en):
    path = tmp_path / "demand.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(YizhanError) as refused:
        read_demand(path, places, CITY)
    said = _said(refused)
    assert zh in said[0]
    assert en in said[1]


def test_a_grid_without_crs_is_refused(places, tmp_path):
    import geopandas

    path = tmp_path / "grid.gpkg"
    frame = geopandas.GeoDataFrame({"people": [5.0]}, geometry=[shapely.box(0, 0, 250, 250)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(path)
    with pytest.raises(InputError) as refused:
        read_demand(path, places, CITY)
    assert "coordinate reference system" in _said(refused)[1]


def test_a_grid_whose_total_is_not_the_census_says_so_on_the_plan(shipped, places, tmp_path):
    path = tmp_path / "grid.csv"
    path.write_text("lon,lat,people\n113.7,34.7,500\n", encoding="utf-8")
    demand = read_demand(path, places, CITY, cell_m=500.0)
    plan = plan_city(
        shipped, places, CITY, parameters=Parameters(**BARE, next_sites=0), demand=demand
    )
    assert plan.people_total == 500
    assert any("格网在市内共 500 人" in note.zh for note in plan.notes)


def test_demand_beyond_every_candidate_is_stated(shipped, places):
    """What nobody can reach is no error: the plan says how much it is."""
    for model in ("mclp", "lscp"):
        found = plan_city(
            shipped, places, CITY, parameters=Parameters(**{**LIST, "model": model})
        ).proposals
        assert found.unreachable > 0
        assert any("no candidate reaches" in note.en for note in found.notes)


def test_a_list_of_candidates_without_rows_is_refused(tmp_path):
    path = tmp_path / "candidates.csv"
    path.write_text("id,经度,纬度\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_candidates(path, datum="wgs84")
    assert "名单是空的" in _said(refused)[0]


def test_a_capacity_below_demand_is_no_error_where_not_all_are_to_be_served(shipped, places):
    asked = Parameters(**{**LIST, "capacity": 100.0})
    found = plan_city(shipped, places, CITY, parameters=asked).proposals
    assert np.isclose(found.optima[-1].objective, 200.0)
    assert any("capacity below demand" in note.en for note in found.notes)
