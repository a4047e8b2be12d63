"""Lists that are handed in: read, judged, compared, kept."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from geo.datum import convert_position
from geo.errors import ConflictError, InputError, RefusedError, SetupError, SourceError
from geo.importing.datum_evidence import DatumUndecidedError
from geo.importing.folder import folder_proposal
from geo.importing.options import ImportOptions
from geo.importing.plan import Plan, keep, plan_import
from geo.importing.report import write_report
from geo.places import Places
from geo.store import Store, open_store
from geo.text import Text
from geo.validation import read_catalogue

HEADER = ["站点名称", "类别", "地址", "区县", "经度", "纬度", "开放时间", "设施"]
# In WGS-84, well inside 中原区, some 180 m from each other.
POINTS = [(113.59 + 0.002 * n, 34.75) for n in range(12)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    yield opened
    opened.close()


def rows(count: int, datum: str = "gcj02") -> list[list[str]]:
    made = []
    for n, (lon, lat) in enumerate(POINTS[:count]):
        x, y = convert_position(lon, lat, source="wgs84", target=datum)
        where = [f"{x:.7f}", f"{y:.7f}"]
        made.append([
            f"第{n}小学旁驿站", "爱心驿站", f"建设路{n}号", "中原区", *where, "8:00-20:00", "微波炉"
        ])  # fmt: skip
    return made


Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def writer(table: list[list[str]], header: list[str] = HEADER, name: str = "a.csv") -> Path:
        buffer = io.StringIO()
        csv.writer(buffer).writerows([header, *table])
        path = tmp_path / name
        path.write_text(buffer.getvalue(), encoding="utf-8")
        return path

    return writer


def options(**given: object) -> ImportOptions:
    return ImportOptions(**{"area": "410100", "datum": "gcj02", "who": "办公室"} | given)


def codes(plan: Plan) -> Counter[str]:
    return Counter(finding.code for finding in plan.findings)


def take(path: Path, store: Store, places: Places, **given: object) -> Plan:
    plan = plan_import(path, store, options(**given), places)
    assert plan.counts.adds_up()
    keep(plan, store)
    return plan


def test_a_spreadsheet_becomes_stations(write: Writer, store: Store, places: Places):
    plan = take(write(rows(6)), store, places)
    assert (plan.counts.rows, plan.counts.added, plan.counts.rejected) == (6, 6, 0)
    first = store.stations()[0].station
    assert (first.id, first.district, first.kind) == ("410102-0001", "410102", "rest_station")
    assert first.published.datum == "gcj02"
    assert first.position == pytest.approx(POINTS[0], abs=1e-6)
    assert (first.hours_text, first.facilities) == ("8:00-20:00", {"microwave"})
    assert first.extra["kind_text"] == "爱心驿站"
    assert first.source == "a.csv"
    assert store.revision(1).who == "办公室"
    assert store.info().provinces == ("410000",)


def test_the_same_file_again_changes_nothing(write: Writer, store: Store, places: Places):
    path = write(rows(6))
    take(path, store, places)
    plan = take(path, store, places)
    assert (plan.counts.unchanged, plan.counts.added, plan.counts.changed) == (6, 0, 0)
    assert store.head() == 1


def test_the_difference_is_told_field_by_field(write: Writer, store: Store, places: Places):
    take(write(rows(10)), store, places)
    table = rows(11)
    table[1][6] = "24小时"
    table[2][0] = "第2小学旁暖心驿站"
    del table[9]
    plan = take(write(table), store, places)
    assert (plan.counts.added, plan.counts.changed, plan.counts.unchanged) == (1, 2, 7)
    assert {each.fields for each in plan.changed} == {("hours_text",), ("name",)}
    assert [each.name for each in plan.closed] == ["第9小学旁驿站"]
    assert store.station("410102-0010").station.status == "closed"
    assert [each.id for each in plan.added] == ["410102-0011"]


def test_a_closed_station_that_is_listed_again_is_open_again(
    write: Writer, store: Store, places: Places
):
    take(write(rows(12)), store, places)
    take(write(rows(11)), store, places)
    plan = take(write(rows(12)), store, places)
    assert [(each.fields, each.after.status) for each in plan.changed] == [(("status",), "open")]


def test_what_the_file_has_no_column_for_stays(write: Writer, store: Store, places: Places):
    take(write(rows(6)), store, places)
    short = [row[:6] for row in rows(6)]
    plan = take(write(short, HEADER[:6]), store, places)
    assert plan.counts.unchanged == 6
    assert store.stations()[0].station.hours_text == "8:00-20:00"


def test_a_row_put_in_between_changes_no_other(write: Writer, store: Store, places: Places):
    header = ["序号", *HEADER]
    take(write([[str(n), *row] for n, row in enumerate(rows(6), 1)], header), store, places)
    table = [*rows(3), rows(7)[6], *rows(6)[3:]]
    numbered = [[str(n), *row] for n, row in enumerate(table, 1)]
    plan = take(write(numbered, header), store, places)
    assert (plan.counts.added, plan.counts.changed, plan.counts.unchanged) == (1, 0, 6)
    assert codes(plan)["counting_column"] == 1
    assert "序号" not in store.stations()[0].station.extra


def test_an_empty_cell_makes_unknown(write: Writer, store: Store, places: Places):
    take(write(rows(6)), store, places)
    table = rows(6)
    table[0][6] = table[0][7] = ""
    plan = take(write(table), store, places)
    assert plan.changed[0].fields == ("hours_text", "facilities", "facilities_known")
    assert store.stations()[0].station.facilities_known is False


def test_half_a_list_looks_like_an_accident(write: Writer, store: Store, places: Places):
    take(write(rows(12)), store, places)
    plan = plan_import(write(rows(6)), store, options(), places)
    assert plan.blocked
    assert "large_change" in codes(plan)
    with pytest.raises(RefusedError):
        keep(plan, store)
    assert store.head() == 1
    take(write(rows(6)), store, places, accept_large_change=True)
    assert store.head() == 2


def test_a_city_that_vanishes_from_a_large_list_looks_like_an_accident(
    write: Writer, store: Store, places: Places
):
    def made(count: int, district: str, lon: float, lat: str) -> list[list[str]]:
        name = f"{district}{{0}}号驿站"
        return [
            [name.format(n), "爱心驿站", "", district, f"{lon + n * 0.0015}", lat, "", ""]
            for n in range(count)
        ]

    luoyang, zhengzhou = made(6, "洛龙区", 112.44, "34.62"), made(40, "中原区", 113.55, "34.75")
    given = {"area": "410000", "datum": "gcj02"}
    take(write([*zhengzhou, *luoyang]), store, places, **given)
    plan = plan_import(write(zhengzhou), store, options(**given), places)
    assert plan.counts.closed == 6
    assert plan.blocked
    assert plan.blocked.zh.startswith("洛阳市原有 6 个站点")
    take(write([*zhengzhou, *luoyang[1:]]), store, places, **given)


def test_a_list_in_the_wrong_datum_looks_like_an_accident(
    write: Writer, store: Store, places: Places
):
    path = write(rows(12))
    take(path, store, places)
    plan = plan_import(path, store, options(datum="wgs84"), places)
    assert plan.blocked
    assert "12 个移动" in plan.blocked.zh


def test_rows_in_error_by_policy(write: Writer, store: Store, places: Places):
    table = rows(6)
    table[0][1] = "茶馆"
    table[1][4], table[1][5] = table[1][5], table[1][4]
    table[2][3] = "金星区"
    path = write(table)
    plan = plan_import(path, store, options(), places)
    assert plan.counts.rejected == 3
    assert {"unknown_kind", "swapped", "unknown_place"} <= codes(plan).keys()
    aborted = plan_import(path, store, options(on_error="abort"), places)
    assert aborted.blocked
    assert aborted.counts.adds_up()
    flagged = take(path, store, places, on_error="accept-with-flag")
    assert (flagged.counts.added, flagged.counts.pending, flagged.counts.rejected) == (5, 1, 0)
    tea = next(e.station for e in store.stations() if e.station.name == "第0小学旁驿站")
    assert (tea.kind, tea.extra["kind_text"]) == ("rest_station", "茶馆")
    assert tea.extra["flagged"] == "kind"
    assert codes(flagged)["accepted_flagged"] == 2


def test_a_file_that_says_nothing_is_refused(write: Writer, store: Store, places: Places):
    with pytest.raises(SourceError):
        plan_import(write([]), store, options(), places)
    with pytest.raises(InputError) as error:
        plan_import(write(rows(3), [f"c{n}" for n in range(8)]), store, options(), places)
    assert error.value.parameter == "map"


def test_a_row_without_coordinates_waits(write: Writer, store: Store, places: Places):
    table = rows(6)
    table[3][4] = table[3][5] = ""
    plan = take(write(table), store, places)
    assert (plan.counts.added, plan.counts.pending) == (5, 1)
    waiting = store.pending()
    assert [(each.row, each.fields["address"]) for each in waiting] == [(5, "建设路3号")]
    take(write(rows(6)), store, places)
    assert store.pending() == []


def test_personal_data_is_left_out_and_counted(write: Writer, store: Store, places: Places):
    header = [*HEADER, "驿站负责人", "备注"]
    table = [[*row, "张三丰", "联系人：李四光 13800138000"] for row in rows(6)]
    plan = take(write(table, header), store, places)
    assert plan.counts.personal_cells == 6
    assert codes(plan)["personal_number"] == 6
    kept = str([each.station for each in store.stations()])
    assert not any(word in kept for word in ("张三丰", "李四光", "13800138000"))


def test_public_landlines_stay(write: Writer, store: Store, places: Places):
    phones = [
        "0371-66668888",
        "(0371)66668888转12",
        "13800138000",
        "王小二 0371-66668888",
        "",
        "12345",
    ]
    table = [[*row, phone] for row, phone in zip(rows(6), phones, strict=True)]
    plan = take(write(table, [*HEADER, "联系电话"]), store, places)
    assert plan.columns.by_column["phone"] == "联系电话"
    kept = [each.station.phone for each in store.stations()]
    assert kept == ["0371-66668888", "(0371)66668888转12", None, "0371-66668888", None, "12345"]
    assert {f.row for f in plan.findings if f.code == "personal_number"} == {4, 5}
    mobiles = [[*row, "13800138000"] for row in rows(6)]
    plan = plan_import(write(mobiles, [*HEADER, "联系电话"]), store, options(), places)
    assert list(plan.columns.personal) == ["联系电话"]


def test_a_zone_is_not_a_district(write: Writer, store: Store, places: Places):
    table = rows(6)
    for row in table:
        row[3] = "高新区"
    plan = take(write(table), store, places)
    station = store.stations()[0].station
    assert (station.zone, station.district) == ("高新区", "410102")
    assert codes(plan)["district_from_position"] == 1


def test_london_in_a_list_of_zhengzhou_is_refused(write: Writer, store: Store, places: Places):
    table = rows(6)
    table[0][3:6] = ["", "-0.12", "51.5"]
    plan = plan_import(write(table), store, options(), places)
    assert codes(plan)["outside_china"] == 1
    assert plan.counts.rejected == 1


def test_coordinates_in_one_cell_and_a_kind_in_the_name(
    write: Writer, store: Store, places: Places
):
    table = [[r[0].replace("驿站", "骑手驿站"), r[2], f"{r[4]}，{r[5]}"] for r in rows(3)]
    plan = take(write(table, ["名称", "地址", "坐标"]), store, places)
    assert plan.counts.added == 3
    assert {each.kind for each in plan.added} == {"rider_station"}


def test_a_kind_that_nobody_names_is_asked_for(write: Writer, store: Store, places: Places):
    table = [[f"{n}号点", *row[2:]] for n, row in enumerate(rows(6))]
    header = [HEADER[0], *HEADER[2:]]
    assert plan_import(write(table, header), store, options(), places).counts.rejected == 6
    plan = plan_import(write(table, header), store, options(default_kind="driver_home"), places)
    assert {each.kind for each in plan.added} == {"driver_home"}
    with pytest.raises(InputError):
        options(default_kind="tea_house")


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_the_datum_is_told_by_stations_known_by_name(
    write: Writer, store: Store, places: Places, datum: str
):
    take(write(rows(12)), store, places)
    path = write(rows(12, datum))
    with pytest.raises(DatumUndecidedError) as error:
        plan_import(path, store, options(datum=None), places)
    assert error.value.evidence.verdict == datum
    assert error.value.evidence.with_known == 12
    plan = plan_import(path, store, options(datum="auto"), places)
    assert plan.datum.datum == datum
    assert (plan.counts.added, plan.blocked) == (0, None)


def test_the_datum_is_not_guessed(write: Writer, store: Store, places: Places):
    for datum in (None, "auto"):
        with pytest.raises(DatumUndecidedError) as error:
            plan_import(write(rows(6)), store, options(datum=datum), places)
        assert error.value.evidence.verdict is None
        assert "gcj02" in str(error.value.expected)


def test_a_wgs84_column_equal_to_its_gcj02_sibling_is_called_out(
    write: Writer, store: Store, places: Places
):
    header = ["站点名称", "类别", "区县", "WGS84_经度", "WGS84_纬度", "GCJ02_经度", "GCJ02_纬度"]
    table = [[r[0], r[1], r[3], r[4], r[5], r[4], r[5]] for r in rows(6)]
    plan = plan_import(write(table, header), store, options(), places)
    assert codes(plan)["datum_siblings_equal"] == 1
    with pytest.raises(DatumUndecidedError):
        plan_import(write(table, header), store, options(datum=None), places)


def test_a_twin_is_queued_and_never_merged(write: Writer, store: Store, places: Places):
    table = rows(6)
    twin = [*table[0]]
    twin[0], twin[2] = "第0小学旁工会驿站", "建设路 0号"
    other = [*table[1]]
    other[0], other[2] = "中原银行驿站", "建设路7号"
    plan = take(write([*table, twin, other]), store, places)
    assert plan.counts.added == 8
    pairs = store.duplicates.open()
    assert [(each.first, each.second) for each in pairs] == [("410102-0001", "410102-0007")]
    assert pairs[0].evidence["same_address"] is True
    assert pairs[0].evidence["name_similarity"] == 1.0


def test_a_list_of_another_country(write: Writer, store: Store, places: Places):
    table = [["", "public toilet", f"{n} High Street", "Camden", f"-0.1{n}", "51.5", "24/7", ""]
             for n in range(6)]  # fmt: skip
    plan = take(
        write(table),
        store,
        places,
        area="GB-LND",
        area_name=Text("伦敦", "London"),
        kinds={"public toilet": "rest_station"},
        datum=None,
    )
    assert (plan.counts.added, plan.counts.rejected) == (6, 0)
    station = store.stations()[0].station
    assert (station.id, station.city) == ("GB-LND-0001", "GB-LND")
    assert station.name == "public toilet（0 High Street）"
    assert station.extra["district_text"] == "Camden"
    assert plan.datum.datum == "wgs84"
    assert codes(plan)["unnamed"] == 6


def test_somebody_else_was_quicker(write: Writer, store: Store, places: Places):
    plan = plan_import(write(rows(6)), store, options(), places)
    take(write(rows(8)), store, places)
    with pytest.raises(ConflictError):
        keep(plan, store)


def test_the_report_is_the_file_with_its_problems(
    write: Writer, store: Store, places: Places, tmp_path: Path
):
    table = rows(6)
    table[2][1] = "=茶馆()"
    path = write(table)
    given = options()
    plan = plan_import(path, store, given, places)
    write_report(tmp_path / "r.xlsx", path, plan, given)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][:8] == HEADER
    assert sheet.max_row == 7
    assert sheet["B4"].value == "=茶馆()"
    assert sheet["B4"].data_type == "s"
    assert sheet["B4"].fill.fgColor.rgb == "FFF8CBAD"
    assert "茶馆" in sheet["I4"].value
    # Mended and handed in again, the two added columns are gone.
    sheet["B4"].value = "爱心驿站"
    sheet.parent.save(tmp_path / "mended.xlsx")
    again = plan_import(tmp_path / "mended.xlsx", store, given, places)
    assert (again.counts.added, again.counts.rejected) == (6, 0)
    assert not any("yizhan" in column for column in again.added[0].extra)


def test_a_report_that_cannot_be_written_is_told(
    write: Writer, store: Store, places: Places, tmp_path: Path
):
    path, given = write(rows(6)), options()
    plan = plan_import(path, store, given, places)
    with pytest.raises(SetupError, match="无法写入"):
        write_report(tmp_path / "no" / "r.xlsx", path, plan, given)


def test_the_report_marks_the_district_of_a_zone(
    write: Writer, store: Store, places: Places, tmp_path: Path
):
    table = rows(6)
    table[2][3] = "航空港区"
    path, given = write(table), options()
    plan = plan_import(path, store, given, places)
    assert "far_from_zone" in codes(plan)
    write_report(tmp_path / "r.xlsx", path, plan, given)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert sheet["D4"].fill.fgColor.rgb == "FFFFE699"


def test_the_folder_keeps_corrections_of_others(store: Store, places: Places, root: Path):
    catalogue = read_catalogue(root / "data" / "stations", places)
    store.commit(folder_proposal(catalogue, store))
    take_away = store.stations()[0].station
    from api.office import set_status

    set_status(store, take_away.id, "closed", who="办公室", note="")
    assert store.commit(folder_proposal(catalogue, store)).number == 2
    assert store.station(take_away.id).station.status == "closed"


def test_shipped_82_as_a_stranger_hands_them_in(shared_data: Path, store: Store, places: Places):
    path = shared_data / "real" / "zhengzhou_stations_82.csv"
    plan = take(path, store, places, datum=None)
    assert (plan.counts.rows, plan.counts.added) == (82, 82)
    found = {(f.code, f.row) for f in plan.findings}
    text = path.read_text(encoding="utf-8-sig")
    row_of = {row["address"]: nth for nth, row in enumerate(csv.DictReader(io.StringIO(text)), 2)}
    row = {
        word: next(n for a, n in row_of.items() if word in a) for word in ("绿云", "凯旋路", "文雅")
    }
    assert ("far_from_district", row["绿云"]) in found
    assert ("far_from_others", row["凯旋路"]) in found
    assert ("district_contradiction", row["文雅"]) in found
    assert sum(code in {"far_from_district", "far_from_zone"} for code, _ in found) == 3
    assert sum(code == "district_contradiction" for code, _ in found) >= 2
    # Three different stations within 37–70 m: none merged, none even queued.
    near = {s.station.id for s in store.stations() if "工人路" in s.station.address}
    assert len(near) >= 3
    assert not any({p.first, p.second} <= near for p in store.duplicates.open())


def test_859_toilets_of_london(shared_data: Path, store: Store, places: Places):
    plan = take(
        shared_data / "real" / "london_osm_toilets_859.csv",
        store,
        places,
        area="GB-LND",
        area_name=Text("伦敦", "London"),
        kinds={"public toilet": "rest_station"},
        datum=None,
    )
    assert plan.counts.added + plan.counts.pending == 859
    assert codes(plan)["unnamed"] == 774


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "count", "repeated"),
    [
        ("japan_gsi_emergency_sites_115402.csv.gz", 115_402, 111),
        ("japan_gsi_shelters_82557.csv.gz", 82_557, 1_131),
    ],
)
def test_japan(
    shared_data: Path, store: Store, places: Places, name: str, count: int, repeated: int
):
    plan = take(
        shared_data / "real" / name,
        store,
        places,
        area="JP",
        area_name=Text("日本", "Japan"),
        kinds={"指定緊急避難場所": "rest_station", "指定避難所": "rest_station"},
        datum=None,
    )
    assert (plan.counts.added, plan.counts.rejected) == (count, 0)
    assert codes(plan)["repeated_point"] == repeated
