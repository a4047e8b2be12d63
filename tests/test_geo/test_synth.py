"""The synthetic catalogue: seeded, exact, inside the outlines, and labelled everywhere."""

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from geo.errors import CatalogError, InputError, MixedDataError
from geo.places import Places, load_places
from geo.synth import write_catalogue
from geo.synth.shares import shares
from geo.validation import Catalogue, read_catalogue
from geo.vocabulary import vocabulary

STATIONS = 11_500


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


@pytest.fixture(scope="module")
def henan(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Path:
    path = tmp_path_factory.mktemp("henan") / "new" / "henan.csv"
    write_catalogue(path, places, provinces=["410000"], stations=STATIONS, seed=1)
    return path


@pytest.fixture(scope="module")
def rows(henan: Path) -> list[dict[str, str]]:
    with henan.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalogue(henan: Path, places: Places) -> Catalogue:
    return read_catalogue(henan.parent, places)


def share(rows: list[dict[str, str]], column: str, word: str) -> float:
    return sum(row[column] == word for row in rows) / len(rows)


def test_catalogue_is_read_without_a_finding(catalogue: Catalogue) -> None:
    assert catalogue.findings == ()
    assert (catalogue.rows_in, len(catalogue.stations)) == (STATIONS, STATIONS)
    assert catalogue.info.synthetic
    assert catalogue.info.provinces == ("410000",)


def test_same_seed_same_bytes_another_seed_other_stations(
    tmp_path: Path, places: Places, henan: Path
) -> None:
    for seed in (1, 2):
        path = tmp_path / str(seed) / henan.name
        write_catalogue(path, places, provinces=["410000"], stations=STATIONS, seed=seed)
        catalog = path.with_name("catalog.toml")
        same = path.read_bytes() == henan.read_bytes()
        assert same == (seed == 1)
        assert (catalog.read_bytes() == henan.with_name("catalog.toml").read_bytes()) == same


def test_every_record_says_that_it_is_synthetic(
    rows: list[dict[str, str]], catalogue: Catalogue
) -> None:
    for row in rows:
        assert row["synthetic"] == "true"
        for column in ("name", "address", "source"):
            assert "示意" in row[column]
            assert "synthetic" in row[column].lower()
        assert re.fullmatch(r"41\d{4}-S\d{4,}", row["id"])
    assert all(station.synthetic for station in catalogue.stations)
    (declaration,) = catalogue.info.declarations
    assert declaration.synthetic
    assert "示意" in declaration.source


def test_every_point_lies_in_its_district(catalogue: Catalogue, places: Places) -> None:
    for station in catalogue.stations:
        district = places.at(station.position).district
        assert district is not None
        assert district.adcode == station.district


def test_districts_get_their_share_of_the_people(catalogue: Catalogue, places: Places) -> None:
    counts = Counter(station.district for station in catalogue.stations)
    people = {
        district.adcode: district.people or 0
        for city in places.cities_of(places.get("410000"))
        for district in places.districts_of(city)
    }
    assert counts.keys() == people.keys()
    for district, number in people.items():
        assert abs(counts[district] - STATIONS * number / sum(people.values())) < 1


def test_urban_districts_are_clustered_and_rural_ones_spread(
    catalogue: Catalogue, places: Places
) -> None:
    """Mean distance to the nearest neighbour, in units of what chance alone would give."""

    def crowding(adcode: str) -> float:
        points = np.array([s.position for s in catalogue.stations if s.district == adcode])
        metres = (points - points.mean(axis=0)) * (111_320 * 0.82, 111_320)
        apart = np.linalg.norm(metres[:, None] - metres[None], axis=2)
        np.fill_diagonal(apart, np.inf)
        by_chance = 0.5 * np.sqrt(places.get(adcode).area_km2 * 1e6 / len(points))
        return float(apart.min(axis=1).mean() / by_chance)

    henan = [
        place.adcode for city in places.cities_of("410000") for place in places.districts_of(city)
    ]
    by_share = sorted(henan, key=shares().urban)
    rural = np.mean([crowding(adcode) for adcode in by_share[:10]])
    urban = np.mean([crowding(adcode) for adcode in by_share[-10:]])
    assert urban < 0.75 * rural


# Read by hand, not by the table: (open on Wednesday at 14:00, open at 02:00).
READ_BY_HAND = {
    "24小时": (True, True),
    "全天开放": (True, True),
    "周一至周日24小时开放": (True, True),
    "08:00-22:00": (True, False),
    "07:30-22:30": (True, False),
    "8：00——22：00": (True, False),
    "08:00-18:30": (True, False),
    "08:00-20:00": (True, False),
    "09:00-20:00": (True, False),
    "周一至周五 09:00-17:00": (True, False),
    "周一至周五 08:30-12:00,13:00-17:30": (True, False),
    "周一至周五 08:00-12:00,14:00-18:00": (True, False),
    "周一至周日 8:30-11:3013:30-16:30": (True, False),
    "周二至周日 9:00-17:00（周一闭馆）": (True, False),
    "工作日 8:20—17:00": (True, False),
    "08:30-12:00,14:30-18:00": (False, False),
    "周一至周五 08:00-12:00,15:00-18:00": (False, False),
    "05:00-10:00": (False, False),
    "周六至周日 10:00-18:00": (False, False),
    "17:00-23:00": (False, False),
    "以现场公告为准": (False, False),
    "工作日开放": (False, False),
    "": (False, False),
}


def test_half_are_open_at_two_in_the_afternoon_and_few_at_night(rows: list[dict[str, str]]) -> None:
    written = [READ_BY_HAND[row["hours_text"]] for row in rows]
    assert sum(at_14 for at_14, _ in written) / len(rows) == pytest.approx(0.5, abs=0.002)
    assert sum(at_02 for _, at_02 in written) / len(rows) == pytest.approx(0.065, abs=0.001)
    assert share(rows, "hours_text", "") == pytest.approx(0.35, abs=0.001)


def test_table_of_hours_says_what_its_texts_say() -> None:
    forms = shares().hours_open
    assert {text: READ_BY_HAND[text] for text in forms} == dict(forms)
    assert {*forms, ""} == READ_BY_HAND.keys()


def test_real_forms_of_hours_are_among_those_used(shared_data: Path) -> None:
    with (shared_data / "real" / "opening_hours_strings.csv").open(encoding="utf-8") as file:
        real = {row["string"] for row in csv.DictReader(file)}
    assert len(real & shares().hours_open.keys()) >= 14


def test_facilities_come_in_their_shares_and_one_is_rare(rows: list[dict[str, str]]) -> None:
    listed = Counter(word for row in rows for word in row["facilities"].split(";"))
    assert share(rows, "facilities", "") == pytest.approx(0.35, abs=0.001)
    for code, expected in shares().facilities.items():
        assert code in vocabulary().facilities
        assert listed[code] / len(rows) == pytest.approx(expected, abs=0.0001)
    assert min(shares().facilities.values()) == 0.001
    assert listed["hiring_parking"] == 12


def test_kinds_come_in_their_shares(rows: list[dict[str, str]]) -> None:
    kinds = shares().columns["kind"]
    assert kinds.keys() == vocabulary().kinds.keys()
    assert sum(kinds.values()) == pytest.approx(1)
    for kind, expected in kinds.items():
        assert share(rows, "kind", kind) == pytest.approx(expected, abs=0.0001)


def test_only_markets_have_trades_and_gathering_hours(rows: list[dict[str, str]]) -> None:
    of_markets = ("trades", "gathers", "sheltered", "inn")
    markets = [row for row in rows if row["kind"] == "odd_job_market"]
    assert len(markets) == 69
    for column in of_markets:
        assert any(row[column] for row in markets)
        assert any(not row[column] for row in markets)
    others = [row for row in rows if row["kind"] != "odd_job_market"]
    assert not any(row[column] for row in others for column in of_markets)


def test_every_share_has_its_source(root: Path) -> None:
    import tomllib

    def entries(table: object) -> list[dict[str, object]]:
        if isinstance(table, list):
            return [entry for item in table for entry in entries(item)]
        if not isinstance(table, dict):
            return []
        inner = [entry for item in table.values() for entry in entries(item)]
        return [table, *inner] if {"share", "value"} & table.keys() else inner

    table = tomllib.loads((root / "geo" / "synth" / "shares.toml").read_text(encoding="utf-8"))
    found = entries(table)
    assert len(found) > 60
    assert all(entry["source"] for entry in found)


@pytest.mark.parametrize("stations", [1, 17, 3_000])
def test_nation_has_exactly_as_many_as_asked(tmp_path: Path, places: Places, stations: int) -> None:
    provinces = [province.adcode for province in places.provinces]
    path = tmp_path / "nation.csv"
    write_catalogue(path, places, provinces=provinces, stations=stations, seed=3)
    catalogue = read_catalogue(tmp_path, places)
    assert len(catalogue.stations) == stations
    assert catalogue.findings == ()
    served = {station.district[:2] + "0000" for station in catalogue.stations}
    assert set(catalogue.info.provinces) == served
    assert not served & {"710000", "810000", "820000"}


def test_folder_of_real_lists_is_left_alone(root: Path, tmp_path: Path, places: Places) -> None:
    shipped = (root / "data" / "stations" / "catalog.toml").read_text(encoding="utf-8")
    (tmp_path / "catalog.toml").write_text(shipped, encoding="utf-8")
    with pytest.raises(MixedDataError):
        write_catalogue(tmp_path / "s.csv", places, provinces=["410000"], stations=5, seed=1)
    assert not (tmp_path / "s.csv").exists()
    assert (tmp_path / "catalog.toml").read_text(encoding="utf-8") == shipped


def test_folder_holds_one_synthetic_catalogue_which_can_be_written_anew(
    tmp_path: Path, places: Places
) -> None:
    for seed in (1, 2):
        write_catalogue(tmp_path / "s.csv", places, provinces=["410000"], stations=5, seed=seed)
    with pytest.raises(CatalogError):
        write_catalogue(tmp_path / "t.csv", places, provinces=["410000"], stations=5, seed=1)
    assert {path.name for path in tmp_path.iterdir()} == {"s.csv", "catalog.toml"}


def test_synthetic_file_declared_beside_a_real_one_is_refused(
    root: Path, tmp_path: Path, places: Places
) -> None:
    write_catalogue(tmp_path / "s.csv", places, provinces=["410000"], stations=5, seed=1)
    with (tmp_path / "catalog.toml").open("a", encoding="utf-8") as file:
        file.write('[[file]]\npath = "z.csv"\narea = "410100"\ncontent = "stations"\n')
        file.write('datum = "gcj02"\nsource = "x"\nlicence = "x"\n')
    real = (root / "data" / "stations" / "410100-zhengzhou.csv").read_bytes()
    (tmp_path / "z.csv").write_bytes(real)
    with pytest.raises(MixedDataError):
        read_catalogue(tmp_path, places)


def test_synthetic_rows_smuggled_into_a_real_list_are_refused(
    tmp_path: Path, places: Places
) -> None:
    write_catalogue(tmp_path / "s.csv", places, provinces=["410000"], stations=5, seed=1)
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("synthetic = true", ""))
    with pytest.raises(MixedDataError):
        read_catalogue(tmp_path, places)


@pytest.mark.parametrize(("provinces", "stations"), [(["810000"], 5), (["410000"], 0)])
def test_what_cannot_be_spread_is_refused(
    tmp_path: Path, places: Places, provinces: list[str], stations: int
) -> None:
    with pytest.raises(InputError):
        write_catalogue(tmp_path / "s.csv", places, provinces=provinces, stations=stations, seed=1)


@pytest.mark.full
def test_nation_of_186_100_is_read_without_a_finding(tmp_path: Path, places: Places) -> None:
    provinces = [province.adcode for province in places.provinces]
    write_catalogue(tmp_path / "nation.csv", places, provinces=provinces, stations=186_100, seed=1)
    catalogue = read_catalogue(tmp_path, places)
    assert len(catalogue.stations) == 186_100
    assert catalogue.findings == ()
