"""The door: each fault is found, named, placed and mended in words; no row vanishes."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from geo.errors import CatalogError, MixedDataError
from geo.places import Places, load_places
from geo.position import Position
from geo.station import PublishedPosition, Station
from geo.validation import Catalogue, read_catalogue, rules
from geo.validation.values import facilities
from geo.vocabulary import vocabulary

FAULTS = Path(__file__).parents[1] / "fixtures" / "catalogues" / "faults"
GOOD = {
    "id": "410102-0001",
    "name": "互助路驿站",
    "kind": "rest_station",
    "address": "互助路28号",
    "district": "410102",
    "published_lon": "113.620156",
    "published_lat": "34.749798",
}


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


@pytest.fixture(scope="module")
def faults(places: Places) -> Catalogue:
    return read_catalogue(FAULTS, places)


def folder_of(
    folder: Path, rows: list[dict[str, str]], *, datum: str = "gcj02", more: str = ""
) -> Path:
    """A folder with one declared list of Zhengzhou."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    (folder / "catalog.toml").write_text(
        f'provinces = ["410000"]\n[[file]]\npath = "list.csv"\narea = "410100"\n'
        f'content = "stations"\ndatum = "{datum}"\nsource = "the list"\nlicence = "x"\n{more}',
        encoding="utf-8",
    )
    return folder


def codes_of(catalogue: Catalogue) -> list[str]:
    return [finding.code for finding in catalogue.findings]


def only_station(folder: Path, places: Places, **changes: str) -> Station:
    (station,) = read_catalogue(folder_of(folder, [GOOD | changes]), places).stations
    return station


def test_every_fault_of_the_fixture_is_found_in_its_row_and_no_other(faults: Catalogue) -> None:
    with (FAULTS / "faults.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.reader(file))
    expected = {
        number: sorted(row[21].split()) if len(row) > 21 else ["ragged_row"]
        for number, row in enumerate(cells[1:], start=2)
    }
    found: dict[int, list[str]] = {number: [] for number in expected}
    for finding in faults.findings:
        if finding.row is not None:
            found[finding.row].append(finding.code)
    assert {number: sorted(codes) for number, codes in found.items()} == expected


def test_faults_of_whole_files(faults: Catalogue) -> None:
    of_files = {(f.source, f.code) for f in faults.findings if f.row is None}
    assert of_files == {
        ("faults.csv", "unknown_column"),
        ("faults.csv", "personal_column"),
        ("missing.csv", "file_missing"),
        ("undeclared.csv", "undeclared_file"),
    }
    assert faults.unread_files == ("missing.csv",)


def test_no_row_vanishes(faults: Catalogue) -> None:
    rejected = {
        finding.row for finding in faults.findings if rules()[finding.code].effect == "row_rejected"
    }
    assert faults.rows_in == 35
    assert faults.rejected_rows == len(rejected) == 18
    assert len(faults.stations) == 17


def test_every_finding_says_what_and_where_and_what_would_be_right(faults: Catalogue) -> None:
    for finding in faults.findings:
        assert finding.source
        assert finding.severity == rules()[finding.code].severity
        for text in (finding.message, finding.fix) if finding.fix else (finding.message,):
            assert text.zh
            assert text.en
            assert text.zh != text.en
            assert "{" not in text.zh + text.en
        if finding.severity == "error":
            assert finding.fix


def test_findings_hold_no_fine_position_and_no_phone_number(faults: Catalogue) -> None:
    said = " ".join(str(finding.message) + str(finding.fix) for finding in faults.findings)
    for number in ("113.6", "34.7", "34.75"):
        assert f"{number}9" not in said
    assert "113.62" in said  # the swapped one, coarse
    assert "113.6201" not in said
    assert "8000" not in said


def test_suspects_are_listed_with_the_reason_and_never_answered(faults: Catalogue) -> None:
    suspects = {s.name: s for s in faults.stations if s.position_quality == "suspect"}
    assert set(suspects) == {"差得远", "出了城市", "功能区外"}
    for station in suspects.values():
        assert not station.answerable
        assert station.position_note
    assert suspects["差得远"].district == "410122"
    assert "km" in str(suspects["差得远"].position_note)
    assert "公里" in str(suspects["差得远"].position_note)


def test_personal_data_does_not_come_in(faults: Catalogue) -> None:
    by_name = {station.name: station for station in faults.stations}
    assert by_name["手机号"].phone is None
    assert by_name["正常"].phone == "0371-67181234"
    assert all("联系人" not in station.extra for station in faults.stations)


def test_columns_beside_the_dictionary_are_kept(faults: Catalogue) -> None:
    by_name = {station.name: station for station in faults.stations}
    assert by_name["日期写错"].extra["expected"] == "unreadable_detail"
    assert by_name["日期写错"].verified_on is None
    assert by_name["陌生的设施"].extra["facilities_text"] == "饮水机;传送门"
    assert by_name["陌生的设施"].facilities == {"drinking_water"}


def test_good_row_becomes_the_station_it_describes(tmp_path: Path, places: Places) -> None:
    row = GOOD | {
        "kind": "工会驿站",
        "hours_text": "24小时",
        "facilities": "饮水机；wifi, AED",
        "area_m2": "12.5",
        "listed_on": "2026-07-27",
        "trades": "木工",
    }
    catalogue = read_catalogue(folder_of(tmp_path, [row]), places)
    (station,) = catalogue.stations
    assert catalogue.findings == ()
    assert not catalogue.has_errors
    assert station.kind == "rest_station"
    assert dict(station.extra) == {"kind_text": "工会驿站", "trades": "木工"}
    assert station.published == PublishedPosition(113.620156, 34.749798, "gcj02")
    assert station.position == Position(*(round(degrees, 7) for degrees in station.position))
    assert (station.city, station.district) == ("410100", "410102")
    assert station.facilities == {"drinking_water", "wifi", "aed"}
    assert station.facilities_known
    assert station.area_m2 == 12.5
    assert station.status == "open"
    assert station.source == "the list"
    assert station.position_quality == "unknown"
    assert station.verified_on is None


def test_unknown_is_not_none(tmp_path: Path, places: Places) -> None:
    assert not only_station(tmp_path, places, facilities="").facilities_known
    none_at_all = only_station(tmp_path, places, facilities="无")
    assert none_at_all.facilities_known
    assert none_at_all.facilities == frozenset()
    assert only_station(tmp_path, places).hours_text is None


def test_lon_and_lat_alone_are_the_published_position(tmp_path: Path, places: Places) -> None:
    row = {key: value for key, value in GOOD.items() if not key.startswith("published")}
    row |= {"lon": "113.6141158", "lat": "34.7509863"}
    (station,) = read_catalogue(folder_of(tmp_path, [row]), places).stations
    assert station.published == (113.6141158, 34.7509863, "wgs84")
    assert station.position == (113.6141158, 34.7509863)


def test_row_datum_counts_more_than_that_of_the_file(tmp_path: Path, places: Places) -> None:
    station = only_station(tmp_path, places, published_datum="WGS-84")
    assert station.published.datum == "wgs84"
    assert station.position == (113.620156, 34.749798)


def test_correcting_the_coordinate_heals_a_suspect(tmp_path: Path, places: Places) -> None:
    far = {"published_lon": "114.0", "position_quality": "geocoded"}
    assert only_station(tmp_path, places, **far).position_quality == "suspect"
    healed = only_station(tmp_path, places, position_quality="geocoded")
    assert healed.position_quality == "geocoded"
    assert healed.position_note is None


def test_suspect_written_by_hand_is_believed(tmp_path: Path, places: Places) -> None:
    assert only_station(tmp_path, places, position_quality="suspect").position_quality == "suspect"


def test_different_stations_side_by_side_are_no_duplicates(tmp_path: Path, places: Places) -> None:
    rows = [
        GOOD,
        GOOD | {"id": "410102-0002", "name": "工人路驿站"},
        GOOD | {"id": "410102-0003", "address": "工人路31号"},
        GOOD | {"id": "410102-0004", "published_lat": "34.7601"},
    ]
    assert codes_of(read_catalogue(folder_of(tmp_path, rows), places)) == []


def test_stations_without_address_are_no_duplicates(tmp_path: Path, places: Places) -> None:
    rows = [GOOD | {"address": ""}, GOOD | {"address": "", "id": "410102-0002"}]
    assert codes_of(read_catalogue(folder_of(tmp_path, rows), places)) == []


def test_lonely_station_of_a_zone_is_not_suspect(tmp_path: Path, places: Places) -> None:
    assert only_station(tmp_path, places, zone="高新区").position_quality == "unknown"


def test_zone_row_in_another_district_of_its_zone_is_warned_of(
    tmp_path: Path, places: Places
) -> None:
    row = GOOD | {"district": "410122", "zone": "经开区"}
    row |= {"published_lon": "113.728679", "published_lat": "34.723295"}
    catalogue = read_catalogue(folder_of(tmp_path, [row]), places)
    assert codes_of(catalogue) == ["district_contradiction"]
    assert catalogue.stations[0].answerable


def test_ids_are_one_of_a_kind_across_files(tmp_path: Path, places: Places) -> None:
    second = '[[file]]\npath = "b.csv"\narea = "410100"\ncontent = "stations"\n'
    second += 'datum = "gcj02"\nsource = "x"\nlicence = "x"\n'
    folder_of(tmp_path, [GOOD], more=second)
    (tmp_path / "b.csv").write_text((tmp_path / "list.csv").read_text())
    catalogue = read_catalogue(tmp_path, places)
    (finding,) = catalogue.findings
    assert (finding.code, finding.source) == ("repeated_id", "b.csv")
    assert "list.csv" in finding.message.en
    assert (catalogue.rows_in, len(catalogue.stations), catalogue.rejected_rows) == (2, 1, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("id,name\n1,甲\n".encode("gb18030"), "not_utf8"),
        (b"id,name,kind\n1,a,rest_station\n", "missing_column"),
        (b"", "missing_column"),
        (b"id,name,kind,district,lon,lat,lon\n1,a,b,c,1,2,3\n", "repeated_column"),
    ],
)
def test_unreadable_file_is_a_finding_and_its_rows_are_counted(
    tmp_path: Path, places: Places, content: bytes, code: str
) -> None:
    folder_of(tmp_path, [GOOD])
    (tmp_path / "list.csv").write_bytes(content)
    catalogue = read_catalogue(tmp_path, places)
    assert codes_of(catalogue) == [code]
    assert catalogue.unread_files == ("list.csv",)
    assert catalogue.stations == ()
    assert catalogue.rows_in == catalogue.rejected_rows == (1 if content else 0)


@pytest.mark.parametrize(
    ("declared", "cell"), [("false", "true"), ("true", ""), ("true", "false"), ("true", "?")]
)
def test_row_of_the_other_world_is_refused(
    tmp_path: Path, places: Places, declared: str, cell: str
) -> None:
    folder_of(tmp_path, [GOOD | {"synthetic": cell}], more=f"synthetic = {declared}\n")
    with pytest.raises(MixedDataError):
        read_catalogue(tmp_path, places)


def test_catalogue_of_nowhere_is_refused(tmp_path: Path, places: Places) -> None:
    folder_of(tmp_path, [GOOD])
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(catalog.read_text().replace('"410100"', '"419999"'))
    with pytest.raises(CatalogError, match="419999"):
        read_catalogue(tmp_path, places)


def test_progress_ends_at_one_and_never_falls(tmp_path: Path, places: Places) -> None:
    told: list[float] = []
    read_catalogue(folder_of(tmp_path, [GOOD]), places, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_hostile_texts_come_through_unchanged_and_short_in_messages(
    tmp_path: Path, places: Places
) -> None:
    hostile = "<img src=x onerror=alert(1)>${7*7}{value}%s\u202e" + "长" * 500
    station = only_station(tmp_path, places, name=hostile)
    assert station.name == hostile
    catalogue = read_catalogue(folder_of(tmp_path, [GOOD | {"kind": hostile}]), places)
    (finding,) = catalogue.findings
    assert len(finding.message.zh) < 100


def test_severities_of_the_table_are_known() -> None:
    assert Counter(rule.severity for rule in rules().values()).keys() == {
        "error",
        "warning",
        "info",
    }
    for rule in rules().values():
        assert rule.effect in {"file_not_read", "row_rejected", "row_pending", "row_kept"}
        # What costs a row or a file must be mended.
        kept = rule.effect in {"row_pending", "row_kept"}
        assert kept or rule.severity == "error"


def test_every_observed_facility_word_has_one_code_of_its_own_group(shared_data: Path):
    path = shared_data / "real" / "facility_vocabulary.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        groups = {row["group"]: row["words_seen"].split(";") for row in csv.DictReader(file)}
    assert len(groups) == 19
    for group, words in groups.items():
        read = {word: facilities(word) for word in words}
        assert all(len(each.codes) == 1 and not each.unknown_words for each in read.values()), read
        own = {vocabulary().facilities[code].group for e in read.values() for code in e.codes}
        assert len(own) == 1, (group, own)
        # A cell of all of them says as much as each alone.
        together = facilities("；".join(words))
        assert together.codes == frozenset().union(*(each.codes for each in read.values()))


def test_finer_than_their_groups():
    def codes(cell: str) -> frozenset[str]:
        return facilities(cell).codes

    assert codes("冰箱") == {"fridge"}
    assert codes("热水、冰箱,手机充电／换电设备") == {
        "hot_water", "fridge", "phone_charging", "battery_swap"
    }  # fmt: skip
    assert codes("招聘/租房服务屏") == {"job_screen"}
    assert codes("绿豆水（夏季）") == {"mung_bean_soup"}
    assert codes("ＷｉＦｉ") == {"wifi"}
    for term in vocabulary().facilities.values():
        for word in (term.code, term.label.zh, *term.words):
            assert codes(word) == {term.code}, word
