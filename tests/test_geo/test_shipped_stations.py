"""What we ship: the 82 real stations of Zhengzhou, an honest empty file, a true dictionary."""

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geo.datum import convert
from geo.places import Places, load_places
from geo.sources.catalog import read_catalog
from geo.station import Station
from geo.validation import Catalogue, read_catalogue, rules
from geo.validation.columns import COLUMNS, MARKET_COLUMNS

GEOD = pyproj.Geod(ellps="WGS84")

# id, a part of the name, the finding, metres outside the record's district or zone
EXPECTED = [
    ("410102-0024", "凯旋路", "far_from_zone", 11_700),
    ("410103-0003", "棉纺路苏宁", "district_contradiction", 895),
    ("410105-0003", "文雅", "district_contradiction", 1_230),
    ("410122-0001", "绿云社区", "far_from_district", 16_800),
    ("410184-0001", "帮扶中心", "far_from_district", 12_300),
]
SUSPECTS = {"410102-0024", "410122-0001", "410184-0001"}


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "data" / "stations"


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


@pytest.fixture(scope="module")
def shipped(folder: Path, places: Places) -> Catalogue:
    return read_catalogue(folder, places)


@pytest.fixture(scope="module")
def stations(shipped: Catalogue) -> dict[str, Station]:
    return {station.id: station for station in shipped.stations}


def station_of_row(folder: Path, row: int) -> str:
    with (folder / "410100-zhengzhou.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[row - 1][0]


def test_all_rows_are_stations_and_nothing_must_be_mended(shipped: Catalogue) -> None:
    assert (shipped.rows_in, len(shipped.stations), shipped.rejected_rows) == (82, 82, 0)
    assert not shipped.has_errors
    assert {finding.severity for finding in shipped.findings} == {"warning"}


def test_suspects_and_warnings_one_by_one(
    folder: Path, shipped: Catalogue, stations: dict[str, Station]
) -> None:
    found = [
        (station_of_row(folder, finding.row or 0), finding.code) for finding in shipped.findings
    ]
    expected = [(station_id, code) for station_id, _, code, _ in EXPECTED]
    assert sorted(found) == sorted([*expected, ("410102-0024", "far_from_others")])
    for station_id, part, _, _ in EXPECTED:
        assert part in stations[station_id].name
    assert {s.id for s in shipped.stations if s.position_quality == "suspect"} == SUSPECTS


@pytest.mark.parametrize(("station_id", "distance_m"), [(e[0], e[3]) for e in EXPECTED])
def test_distances_to_the_outline_agree_with_walking_along_it(
    places: Places, stations: dict[str, Station], station_id: str, distance_m: float
) -> None:
    station = stations[station_id]
    line = shapely.segmentize(places.outline(station.district).boundary, 0.0002)
    lon, lat = shapely.get_coordinates(line).T
    own = [np.full_like(lon, degrees) for degrees in station.position]
    nearest_m = GEOD.inv(*own, lon, lat)[2].min()
    assert nearest_m == pytest.approx(distance_m, rel=0.01)


@pytest.mark.parametrize("station_id", sorted(SUSPECTS))
def test_suspect_says_why_in_both_languages_and_is_never_answered(
    stations: dict[str, Station], station_id: str
) -> None:
    station = stations[station_id]
    note = station.position_note or ""
    assert "公里" in note
    assert "km" in note
    assert not station.answerable


def test_suspects_keep_the_district_of_their_record(stations: dict[str, Station]) -> None:
    assert stations["410122-0001"].district == "410122"
    assert stations["410184-0001"].district == "410184"
    kaixuan = stations["410102-0024"]
    assert (kaixuan.district, kaixuan.zone) == ("410102", "高新区")
    assert "主要区县" in (kaixuan.position_note or "")


def test_the_lonely_one_of_the_zone_is_15_to_21_km_from_all_others(
    stations: dict[str, Station],
) -> None:
    own = stations["410102-0024"].position
    others = [s.position for s in stations.values() if s.zone == "高新区" and s.position != own]
    distances = [GEOD.inv(*own, *other)[2] for other in others]
    assert len(distances) == 7
    assert 15_000 < min(distances) <= max(distances) < 21_000


def test_every_other_station_lies_in_its_district(
    places: Places, stations: dict[str, Station]
) -> None:
    contradicting = {station_id for station_id, *_ in EXPECTED}
    for station in stations.values():
        located = places.at(station.position).district
        assert located is not None
        assert (located.adcode == station.district) == (station.id not in contradicting), station.id


def test_zone_stations_stand_in_the_statutory_district_of_their_point(
    places: Places, stations: dict[str, Station]
) -> None:
    zoned = [s for s in stations.values() if s.zone]
    for station in zoned:
        if station.id not in SUSPECTS:
            located = places.at(station.position).district
            assert located is not None
            assert located.adcode == station.district
    assert Counter(s.zone for s in zoned) == {
        "高新区": 8,
        "经开区": 2,
        "郑东新区": 1,
        "航空港区": 1,
    }


def test_qualities_hours_and_unknowns(stations: dict[str, Station]) -> None:
    written = Counter(
        "map_poi" if s.position_quality == "map_poi" else "geocoded" for s in stations.values()
    )
    assert written == {"map_poi": 18, "geocoded": 64}
    assert sum(s.hours_text is not None for s in stations.values()) == 22
    for station in stations.values():
        assert not station.facilities_known
        assert station.verified_on is None
        assert str(station.listed_on) == "2026-07-27"
        assert station.published.datum == "gcj02"
        assert station.phone is None
        assert "郑州市总工会" in station.source
        assert "yilutongxing@1c82acb" in station.source
        assert not station.synthetic
    assert Counter(s.kind for s in stations.values()) == {
        "rest_station": 80,
        "sanitation_station": 2,
    }


def test_written_wgs84_is_the_conversion_of_what_was_published(folder: Path) -> None:
    with (folder / "410100-zhengzhou.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    published = [[float(row[f"published_{axis}"]) for row in rows] for axis in ("lon", "lat")]
    converted = convert(*published, source="gcj02", target="wgs84")
    for axis, degrees in zip(("lon", "lat"), converted, strict=True):
        assert [row[axis] for row in rows] == [f"{value:.7f}" for value in degrees]
    assert {row["position_quality"] for row in rows} == {"map_poi", "geocoded"}
    assert all(re.fullmatch(rf"{row['district']}-\d{{4}}", row["id"]) for row in rows)


def test_facts_are_those_of_the_source(folder: Path, shared_data: Path) -> None:
    def facts(path: Path, columns: str) -> list[tuple[str, ...]]:
        with path.open(encoding="utf-8", newline="") as file:
            return sorted(
                tuple(row[column] for column in columns.split()) for row in csv.DictReader(file)
            )

    source = shared_data / "real" / "zhengzhou_stations_82.csv"
    ours = folder / "410100-zhengzhou.csv"
    assert facts(ours, "name kind_text address published_lon published_lat hours_text") == facts(
        source, "name kind address lng lat open_hours"
    )


def test_incomplete_list_says_of_how_many(shipped: Catalogue) -> None:
    zhengzhou, markets = shipped.info.declarations
    assert shipped.info.provinces == ("410000",)
    assert not shipped.info.synthetic
    assert zhengzhou.area == "410100"
    assert zhengzhou.completeness is not None
    assert (zhengzhou.completeness.published, zhengzhou.completeness.as_of) == (639, "2026-07")
    assert zhengzhou.completeness.note is not None
    assert "805" in zhengzhou.completeness.note.en
    assert markets.content == "markets"
    assert markets.completeness is None
    assert markets.note is not None
    assert "No list" in markets.note.en
    assert "尚无" in markets.note.zh


def test_markets_file_is_empty_and_has_its_columns(folder: Path) -> None:
    (header,) = (folder / "410000-markets-and-inns.csv").read_text(encoding="utf-8").splitlines()
    assert set(MARKET_COLUMNS) <= set(header.split(","))


def test_every_file_of_the_folder_is_declared(folder: Path) -> None:
    assert read_catalog(folder).undeclared_files() == ()


def test_dictionary_has_every_column_in_both_languages(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?`.*?) \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    columns = [name for first, *_ in rows for name in re.findall(r"`(\w+)`", first)]
    assert [name for name in columns if name not in rules()] == [*COLUMNS, *MARKET_COLUMNS]


def test_documented_severities_are_those_of_the_software(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    documented = re.findall(
        r"^\| `(\w+)` \| (error|warning|info)"
        r" \| .+ (file not read|row rejected|row waits|kept) \| (.+) \|$",
        text,
        flags=re.MULTILINE,
    )
    said = {
        "file_not_read": "file not read",
        "row_rejected": "row rejected",
        "row_pending": "row waits",
        "row_kept": "kept",
    }
    assert documented == [
        (rule.code, rule.severity, said[rule.effect], f"{rule.title.zh} · {rule.title.en}")
        for rule in rules().values()
    ]
