"""The parts of a plan that need no map: parameters, moments, completeness, standards, fairness."""

from datetime import date, datetime

import pytest

from geo.catalogue import Completeness
from geo.coverage.moments import STANDARD_MOMENTS, parse_moment, representatives
from geo.coverage.scope import checked_city
from geo.errors import InputError, NotFoundError
from geo.hours import SHANGHAI, day_type
from geo.planning.candidates import read_candidates
from geo.planning.completeness import list_state
from geo.planning.fairness import gini
from geo.planning.parameters import STANDARD, Candidate, Parameters, plan_digest
from geo.planning.standards import station_checks
from geo.planning.where import Town, read_towns, where
from geo.position import Position
from geo.station import PublishedPosition, Station
from geo.text import Text

HERE = Position(113.66, 34.75)
BANK = Candidate("a", "银行", HERE)


def station(number=1, **values):
    return Station(
        **{
            "id": f"410102-{number:04d}",
            "name": "站",
            "kind": "rest_station",
            "position": HERE,
            "position_quality": "map_poi",
            "published": PublishedPosition(*HERE, "wgs84"),
            "address": "路 1 号",
            "city": "410100",
            "district": "410102",
            "source": "test",
        }
        | values
    )


# --- parameters


def test_the_standard_case_is_500_m_and_1_km_and_ten_sites():
    assert [t.radius_m for t in STANDARD.thresholds] == [500.0, 1000.0]
    assert STANDARD.site_threshold.radius_m == 1000.0
    assert (STANDARD.next_sites, STANDARD.model) == (10, "mclp")


def test_minutes_are_a_second_measure_and_not_called_1_km():
    fifteen = Parameters(radii_m=(1000.0,), minutes=(15.0,)).thresholds[1]
    assert fifteen.radius_m == pytest.approx(923.08, abs=0.01)
    assert fifteen.label.en == "15 minutes on foot"


def test_equal_parameters_have_equal_digests_and_others_do_not():
    assert Parameters().digest == STANDARD.digest
    assert hash(Parameters()) == hash(STANDARD)
    others = [
        Parameters(radii_m=(500.0,)),
        Parameters(seed=2),
        Parameters(candidate_source="both", candidates=(BANK,)),
        Parameters(candidate_source="list", candidates=(BANK,)),
    ]
    digests = {each.digest for each in (STANDARD, *others)}
    assert len(digests) == 5
    same = {"snapshot": "s", "demand": None, "compared": None}
    assert plan_digest("410100", STANDARD, **same) == plan_digest("410100", Parameters(), **same)
    keys = {
        plan_digest("410100", STANDARD, **(same | change))
        for change in ({}, {"snapshot": "t"}, {"demand": "d"}, {"compared": "s"})
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("values", "parameter", "says"),
    [
        ({"radii_m": (0.0,)}, "radius", "a radius is between 10 and 50000 m"),
        ({"radii_m": (-5.0,)}, "radius", "a radius"),
        ({"radii_m": (float("nan"),)}, "radius", "a radius"),
        ({"radii_m": (1e9,)}, "radius", "a radius"),
        ({"radii_m": ()}, "radius", "no radius and no minutes"),
        ({"radii_m": tuple(range(100, 1000, 100))}, "radius", "at most 8"),
        ({"site_radius_m": 0.0}, "radius", "a radius"),
        ({"minutes": (0.0,)}, "minutes", "a time is between 1 and 120 minutes"),
        ({"mode": "fly"}, "mode", "no choice fly"),
        ({"model": "best"}, "model", "no choice best"),
        ({"kind": "hotel"}, "kind", "no choice hotel"),
        ({"next_sites": -1}, "next", "between 0 and 200"),
        ({"most_gaps": 0}, "gaps", "between 1 and 1000"),
        ({"minimum_per_district": -1}, "minimum", "between 0 and 200"),
        ({"capacity": 0.0}, "capacity", "positive"),
        ({"capacity": float("inf")}, "capacity", "positive"),
        ({"seed": -1}, "seed", "not negative"),
        ({"candidate_source": "list"}, "candidates", "empty"),
        ({"candidate_source": "both"}, "candidates", "empty"),
        ({"candidates": (BANK,)}, "candidate_source", "only cells"),
        ({"moments": ("noon",)}, "moments", "no moment"),
        ({"moments": ("workday:25:00",)}, "moments", "no moment"),
        ({"moments": ("2199-10-01T12:00",)}, "moments", "no moment"),
        ({"moments": ("2026-10-01",)}, "moments", "no moment"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(values, parameter, says):
    with pytest.raises(InputError) as refused:
        Parameters(**values)
    assert refused.value.parameter == parameter
    assert says in refused.value.text.en
    assert refused.value.text.zh != refused.value.text.en


@pytest.mark.parametrize("city", ["410102", "河南省"])
def test_what_is_no_city_is_refused(places, city):
    with pytest.raises(InputError, match="is not a city"):
        checked_city(places, city)


def test_an_unknown_city_is_not_found_and_a_name_is(places):
    with pytest.raises(NotFoundError):
        checked_city(places, "亚特兰蒂斯")
    assert checked_city(places, "郑州").adcode == checked_city(places, "410100").adcode


# --- moments


def test_kinds_of_days_are_represented_by_dates_whose_night_before_is_of_their_kind():
    stand = representatives()
    assert day_type(stand["workday"]) == "workday"
    assert day_type(date.fromordinal(stand["workday"].toordinal() - 1)) == "workday"
    assert day_type(stand["weekend"]) == "weekend"
    assert day_type(date.fromordinal(stand["weekend"].toordinal() - 1)) == "weekend"
    assert day_type(stand["holiday"]) == "holiday"
    assert day_type(date.fromordinal(stand["holiday"].toordinal() - 1)) == "holiday"
    assert day_type(stand["makeup"]) == "makeup"


def test_moments_are_aware_and_named():
    night = parse_moment("workday:02:00")
    assert (night.at.hour, night.at.tzinfo) == (2, SHANGHAI)
    assert night.lens.code == "hours:workday:02:00"
    assert night.lens.label == Text("工作日 02:00", "workday 02:00")
    assert parse_moment("makeup:09:00").lens.label.zh == "调休上班日 09:00"
    holiday = parse_moment("2026-10-01T12:30")
    assert holiday.at == datetime(2026, 10, 1, 12, 30, tzinfo=SHANGHAI)
    assert len({parse_moment(each).at for each in STANDARD_MOMENTS}) == 9


# --- completeness


@pytest.mark.parametrize(
    ("published", "has_list", "known", "synthetic", "state"),
    [
        (639, True, 82, False, "partial"),
        (82, True, 82, False, "complete"),
        (None, True, 82, False, "unstated"),
        (None, True, 640, True, "complete"),
        (639, False, 0, False, "none"),
    ],
)
def test_how_complete_a_list_is(published, has_list, known, synthetic, state):
    stated = published and Completeness(published=published, as_of="2026", source="s")
    assert list_state(stated, has_list=has_list, known=known, synthetic=synthetic) == state


# --- standards


def test_standards_count_unknown_as_unknown():
    kit = {"hot_water", "microwave", "table_chairs", "power_bank", "first_aid_kit"}
    stations = [
        station(1, area_m2=5.0, facilities=frozenset(kit), facilities_known=True),
        station(2, area_m2=4.9, facilities=frozenset({"microwave"}), facilities_known=True),
        station(3, extra={"统一标识": "有", "管理制度": "无", "工作人员": "王先生"}),
        station(4, position_quality="suspect", address=""),
    ]
    found = {each.code: (each.met, each.unmet, each.unknown) for each in station_checks(stations)}
    assert found == {
        "area": (1, 1, 2),
        "drinking_water": (1, 1, 2),
        "microwave": (2, 0, 2),
        "table_chairs": (1, 1, 2),
        "phone_charging": (1, 1, 2),
        "first_aid": (1, 1, 2),
        "base_kit": (1, 1, 2),
        "sign": (1, 0, 3),
        "place": (3, 0, 1),
        "equipment": (1, 1, 2),
        "rules": (0, 1, 3),
        "staff": (0, 0, 4),
        "map": (3, 1, 0),
    }


# --- fairness


def test_the_gini_coefficient_of_known_cases():
    assert gini([3.0, 3.0, 3.0]) == 0.0
    assert gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(0.75)
    assert gini([]) is None
    assert gini([0.0, 0.0]) is None
    # A district counted three times is three districts.
    assert gini([1.0, 4.0], [3.0, 1.0]) == pytest.approx(gini([1.0, 1.0, 1.0, 4.0]))


# --- where


def test_where_is_said_from_the_districts_centre_or_the_nearest_town(places):
    district = places.get("410122")
    north = Position(district.centre.lon, district.centre.lat + 0.1)
    assert where(north, district) == Text(
        f"{district.name}中心北 11.1 公里", f"11.1 km north of the centre of {district.name_en}"
    )
    towns = [Town(Text("甲镇", "Jia"), Position(north.lon + 0.02, north.lat))]
    assert where(north, district, towns) == Text("甲镇西 1.8 公里", "1.8 km west of Jia")
    assert where(district.centre, district).en == f"at the centre of {district.name_en}"


def test_towns_come_from_a_base_map(tmp_path):
    path = tmp_path / "towns.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties":'
        ' {"name_zh": "甲镇", "name_en": "Jia"}, "geometry":'
        ' {"type": "Point", "coordinates": [113.5, 34.5]}}]}',
        encoding="utf-8",
    )
    assert read_towns(tmp_path) == [Town(Text("甲镇", "Jia"), Position(113.5, 34.5))]
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"towns\.geojson"):
        read_towns(tmp_path)


# --- candidates


def test_candidates_are_read_with_chinese_headers_in_their_datum(tmp_path):
    path = tmp_path / "banks.csv"
    path.write_text("编号,名称,高德经度,高德纬度\nb1,银行,113.6654,34.7571\n", encoding="gb18030")
    (bank,) = read_candidates(path)
    assert (bank.id, bank.name) == ("b1", "银行")
    assert bank.position.lon == pytest.approx(113.6593, abs=0.002)
    assert bank.position.lon != 113.6654


def test_candidates_of_an_undeclared_datum_are_asked_about(tmp_path):
    path = tmp_path / "banks.csv"
    path.write_text("name,经度,纬度\nBank,113.66,34.75\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_candidates(path)
    assert refused.value.parameter == "datum"
    assert read_candidates(path, datum="wgs84") == (Candidate("2", "Bank", HERE),)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,经度,纬度\n", "is empty"),
        ("id,name\n1,Bank\n", "no columns of coordinates"),
        ("id,经度,纬度\n1,113.66,34.75\n2,x,34.75\n", "row 3 .* no position"),
        ("id,经度,纬度\n1,34.75,113.66\n", "row 2 .* swapped"),
        ("id,经度,纬度\n1,113.66,34.75\n1,113.67,34.75\n", "1 stands twice"),
    ],
)
def test_candidates_that_are_none_are_refused(tmp_path, content, says):
    path = tmp_path / "banks.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_candidates(path, datum="wgs84")
