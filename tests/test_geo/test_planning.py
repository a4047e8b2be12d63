"""Plans of whole cities: the shipped list, a city without one, and equal input."""

from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import numpy as np
import pytest
import shapely

from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.demand import district_demand
from geo.errors import InputError, NotFoundError, StoppedError
from geo.geodesic import GEOD
from geo.planning.document import plan_bytes, plan_document
from geo.planning.model import Band, Threshold
from geo.planning.parameters import Parameters
from geo.planning.plan import plan_city
from geo.planning.schema import plan_schema
from geo.snapshot import SnapshotFolder

MADE_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def zhengzhou(shipped, places):
    return plan_city(shipped, places, "郑州", made_at=MADE_AT)


def test_a_partial_list_is_planned_as_at_least(zhengzhou):
    assert zhengzhou.list_state == "partial"
    assert zhengzhou.at_least
    assert (zhengzhou.counts.listed, zhengzhou.counts.counted, zhengzhou.counts.suspect) == (
        82,
        79,
        3,
    )
    assert "82" in zhengzhou.notes[0].zh
    assert all(each.in_list for each in zhengzhou.gaps)
    assert "coverage is at least" in zhengzhou.notes[0].en.lower()


def test_suspect_stations_count_in_upper_bounds_only(zhengzhou):
    whole = zhengzhou.coverage(zhengzhou.thresholds[1])
    assert (whole.stations, whole.possible) == (79, 3)
    assert whole.city.area.low < whole.city.area.high


def test_every_threshold_is_seen_through_every_lens(zhengzhou):
    codes = [c.lens.code for c in zhengzhou.coverages if c.threshold == zhengzhou.thresholds[0]]
    assert codes[:3] == ["all", "kind:rest_station", "kind:sanitation_station"]
    assert {"hours:workday:02:00", "hours:holiday:12:00"} <= set(codes)
    assert len(zhengzhou.coverages) == 2 * len(codes)
    night = zhengzhou.coverage(zhengzhou.thresholds[0], "hours:workday:02:00")
    # The hours of 57 are unknown: they may be open, and are not said to be closed.
    assert night.possible >= 57
    assert night.city.area.low < night.city.area.high


def test_districts_add_up_to_the_city(zhengzhou):
    for each in zhengzhou.coverages:
        assert sum(d.area.low for d in each.districts) == pytest.approx(each.city.area.low)
        assert sum(d.people.low for d in each.districts) == pytest.approx(each.city.people.low)
        assert sum(d.area_km2 for d in each.districts) == pytest.approx(each.city.area_km2)


def test_covered_and_gaps_make_up_the_city(zhengzhou):
    for threshold, gaps in zip(zhengzhou.thresholds, zhengzhou.gaps, strict=True):
        whole = zhengzhou.coverage(threshold).city
        assert gaps.area_km2 + whole.area.low == pytest.approx(whole.area_km2, abs=0.01)
        assert gaps.people.low + whole.people.low == pytest.approx(whole.people_total, rel=1e-5)
        assert sum(gap.area_km2 for gap in gaps.ranked) + gaps.left_out_km2 == pytest.approx(
            gaps.area_km2
        )
        people = [gap.people.low for gap in gaps.ranked]
        assert people == sorted(people, reverse=True)


def test_a_gap_is_where_no_station_reaches(zhengzhou, shipped):
    lon, lat = shipped.lon[shipped.answerable], shipped.lat[shipped.answerable]
    for gaps in zhengzhou.gaps:
        for gap in gaps.ranked:
            assert gap.outline.contains(shapely.Point(gap.centre))
            away = np.full(len(lon), gap.centre.lon), np.full(len(lon), gap.centre.lat)
            _, _, distance = GEOD.inv(*away, lon, lat)
            nearest = int(np.argmin(distance))
            assert gap.nearest_m == pytest.approx(distance[nearest])
            assert gap.nearest_m > gaps.threshold.radius_m
            assert (
                gap.nearest_name
                == shipped.station(np.flatnonzero(shipped.answerable)[nearest]).name
            )


def test_what_is_left_out_is_counted(shipped, places):
    plan = plan_city(shipped, places, "郑州", parameters=Parameters(most_gaps=3, next_sites=0))
    for gaps in plan.gaps:
        assert len(gaps.ranked) == 3
        assert gaps.left_out == gaps.total - 3
        assert gaps.left_out_people.low > 0


def test_gaps_near_a_city_without_a_list_are_flagged(zhengzhou, places):
    assert {each.name for each in zhengzhou.unlisted_neighbours} == {
        "开封市", "洛阳市", "平顶山市", "新乡市", "焦作市", "许昌市",
    }  # fmt: skip
    flagged = {gap.at_unlisted_border for gap in zhengzhou.gaps[1].ranked}
    assert flagged == {True, False}
    outline = places.outline("410200", "city")
    near = [gap for gap in zhengzhou.gaps[1].ranked if gap.outline.distance(outline) < 1e-4]
    assert near
    assert all(gap.at_unlisted_border for gap in near)


def test_a_city_without_a_list_gets_no_figure_but_the_way_to_add_one(shipped, places):
    plan = plan_city(shipped, places, "洛阳")
    assert plan.list_state == "none"
    parts = [plan.coverages, plan.gaps, plan.fairness, plan.change, plan.checks]
    assert not any(parts)
    assert plan.proposals is None
    assert "yizhan import" in plan.notes[-1].en
    assert "410300" in plan.notes[-1].zh
    jsonschema.validate(plan_document(plan), plan_schema())


def test_equal_input_gives_an_equal_plan(zhengzhou, shipped, places):
    again = plan_city(shipped, places, "410100", made_at=MADE_AT)
    assert plan_bytes(again) == plan_bytes(zhengzhou)
    jsonschema.validate(plan_document(zhengzhou), plan_schema())


def test_the_method_sheet_says_where_everything_comes_from(zhengzhou):
    lines = {each.code: each for each in zhengzhou.methods}
    assert {"crs", "radius", "siting", "stations", "boundaries", "people", "seed"} <= set(lines)
    assert "639" in lines["completeness"].value.zh
    assert lines["completeness"].source
    assert "2026-05-13" in lines["day_workday"].value.en
    assert lines["unknown_hours"].value.zh.startswith("57 ")


def test_the_check_list_says_what_is_unknown(zhengzhou):
    checks = {each.code: each for each in zhengzhou.checks}
    assert checks["circle"].value == zhengzhou.coverage(zhengzhou.thresholds[1]).city.people_ratio
    assert (checks["base_kit"].met, checks["base_kit"].unknown) == (0, 82)
    assert checks["map"].unmet == 3


def test_minutes_stand_beside_the_radius(shipped, places):
    asked = Parameters(radii_m=(1000.0,), minutes=(15.0,), moments=(), next_sites=0)
    plan = plan_city(shipped, places, "郑州", parameters=asked)
    circle, walk = (plan.coverage(each).city.area.low for each in plan.thresholds)
    assert walk < circle
    assert any(method.code == "minutes" for method in plan.methods)


def test_a_kind_counts_alone(shipped, places):
    asked = Parameters(kind="sanitation_station", moments=(), next_sites=0)
    plan = plan_city(shipped, places, "郑州", parameters=asked)
    assert plan.coverage(plan.thresholds[0]).stations == 2
    assert plan.counts.listed == 2


def test_bad_questions_get_one_sentence(shipped, places):
    with pytest.raises(NotFoundError):
        plan_city(shipped, places, "亚特兰蒂斯")
    with pytest.raises(InputError, match="the demand is of 410200"):
        plan_city(shipped, places, "郑州", demand=district_demand(places, "410200"))


def test_a_plan_can_be_stopped_and_tells_how_far_it_is(shipped, places):
    shares = []
    plan_city(shipped, places, "郑州", progress=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] == 1
    with pytest.raises(StoppedError):
        plan_city(shipped, places, "郑州", cancelled=lambda: len(shares) > 3)


def test_no_stations_reach_nothing(places):
    city = places.get("419001", "city")
    land = land_of(places, city, district_demand(places, "419001"))
    nobody = np.empty(0, dtype=np.bool_)
    measurer = Measurer(np.empty(0), np.empty(0), land, city)
    whole, district = measurer.covered(nobody, nobody, Threshold(radius_m=500.0))
    assert whole.area == district.area == Band(0.0, 0.0)
    assert measurer.outline(nobody, Threshold(radius_m=500.0), times=1).is_empty


def test_stations_of_neighbours_count(shipped, places, tmp_path):
    """A station just across the border reaches in, and is the nearest of a gap."""
    border = places.outline("410100", "city").boundary.intersection(
        places.outline("410200", "city")
    )
    on_it = border.representative_point()
    moved = shipped.station(0)
    foreign = replace(
        moved,
        id="410223-0001",
        city="410200",
        district="410223",
        position=type(moved.position)(on_it.x, on_it.y),
    )
    snapshot = SnapshotFolder(tmp_path).publish([foreign], shipped.info)
    plan = plan_city(snapshot, places, "郑州", parameters=Parameters(moments=(), next_sites=0))
    assert plan.counts.neighbours == 1
    assert plan.coverage(plan.thresholds[1]).city.area.low > 0.1
    assert plan.gaps[1].ranked[0].nearest_station == foreign.id
