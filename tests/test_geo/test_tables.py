"""Lists as strangers hand them in: every format, encoding and delimiter, bombs and ruins."""

import csv
import gzip
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

import geopandas
import osmium
import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.errors import InputError, SourceError
from geo.sources.osm import mapped
from geo.sources.raw_table import cell_text, column_letters
from geo.sources.tables import Limits, RawTable, open_table
from geo.vocabulary import vocabulary

LISTS = Path(__file__).resolve().parents[1] / "fixtures" / "lists"
COLUMNS = ("序号", "站点名称", "详细地址", "所属区县", "经度", "纬度", "开放时间", "备注")
ROWS = [
    (2, ["1", "测试驿站甲", "试验路1号", "中原区", "113.61", "34.75", "8:00-18:00", "靠近门口"]),
    (3, ["2", "测试驿站乙", "试验路2号；南门", "二七区", "113.62", "34.76", "24小时", ""]),
    (
        4,
        [
            *("3", "测试驿站丙", "试验路3号", "金水区", "113.63", "34.77", "以现场公告为准"),
            "含,逗号|竖线;分号",
        ],
    ),
]

Sheet = Callable[[xlsxwriter.Workbook], None]


def rows_of(table: RawTable) -> list[tuple[int, list[str] | None]]:
    return [tuple(row) for row in table.rows]


def said(table: RawTable) -> str:
    return "\n".join(map(str, table.note))


def refused(path: Path, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(open_table(path, **options).rows)
    assert caught.value.text.zh
    assert caught.value.text.en.isascii()
    return caught.value


def workbook(path: Path, fill: Sheet) -> Path:
    book = xlsxwriter.Workbook(path)
    fill(book)
    book.close()
    return path


@pytest.mark.parametrize(
    ("name", "kind", "encoding", "delimiter"),
    [
        ("comma_utf8.csv", "csv", "UTF-8", ","),
        ("comma_utf8_mark.csv", "csv", "UTF-8", ","),
        ("comma_gb18030.csv", "csv", "GB18030", ","),
        ("tab_utf16.txt", "tsv", "UTF-16 LE", "\t"),
        ("semicolon_utf8.csv", "csv", "UTF-8", ";"),
        ("pipe_gb18030.txt", "csv", "GB18030", "|"),
        ("tab_utf8.tsv", "tsv", "UTF-8", "\t"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_text_of_every_encoding_and_delimiter_gives_the_same_rows(
    tmp_path: Path, name: str, kind: str, encoding: str, delimiter: str, packed: bool
) -> None:
    content = (LISTS / name).read_bytes()
    # The name says nothing: the content is looked at.
    path = tmp_path / "list.xlsx"
    path.write_bytes(gzip.compress(content) if packed else content)
    table = open_table(path)
    assert (table.columns, rows_of(table)) == (COLUMNS, ROWS)
    assert (table.format, table.encoding, table.delimiter) == (kind, encoding, delimiter)
    assert encoding in said(table)
    assert "制表符" in said(table) if delimiter == "\t" else delimiter in said(table)


def test_titles_and_a_header_of_two_rows_are_taken_apart() -> None:
    table = open_table(LISTS / "titled_two_row_header.csv")
    assert table.columns == ("站点名称", "坐标 / 经度", "坐标 / 纬度", "开放时间", "备注")
    assert rows_of(table) == [
        (5, ["测试驿站甲", "113.61", "34.75", "8:00-18:00", ""]),
        (6, ["测试驿站乙", "113.62", "34.76", "24小时", "晚间"]),
    ]
    assert "2 row(s) above the header" in said(table)
    assert "two rows was joined" in said(table)


def test_no_row_of_text_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('名称,地址\n甲\n乙,b,c\n"丙"丁,d\n,,\n戊,e\n"己,f\n', encoding="utf-8")
    table = open_table(path)
    assert rows_of(table) == [
        (2, ["甲"]),
        (3, ["乙", "b", "c"]),
        (4, None),
        (6, ["戊", "e"]),
        (7, None),
    ]


def test_blank_and_repeated_headers_get_names(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("名称,经度,纬度,,经度,纬度\n甲,1,2,3,4,5\n", encoding="utf-8")
    table = open_table(path)
    assert table.columns == ("名称", "经度", "纬度", "D 列", "经度 (2)", "纬度 (2)")
    assert "repeated headers were numbered: 经度, 纬度" in said(table)


def test_a_spreadsheet_may_state_its_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("sep=|\r\na|b;c\r\n1|2;3\r\n", encoding="utf-8")
    table = open_table(path)
    assert (table.columns, rows_of(table)) == (("a", "b;c"), [(2, ["1", "2;3"])])


def test_commas_in_texts_do_not_mislead(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("名称;坐标\n甲, 北门;113.6,34.7\n乙, 南门;113.7,34.8\n", encoding="utf-8")
    assert open_table(path).delimiter == ";"


def test_one_column_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("名称\n甲\n乙\n", encoding="utf-8")
    table = open_table(path)
    assert (table.columns, table.delimiter) == (("名称",), None)
    assert rows_of(table) == [(2, ["甲"]), (3, ["乙"])]
    assert "one column only" in said(table)


def test_empty_file_has_no_columns_and_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.touch()
    table = open_table(path)
    assert (table.columns, rows_of(table)) == ((), [])


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("名称,地址\n甲,乙\n".encode() + "café,déjà\n".encode("latin-1"), "line 3"),
        ("名称,地址\n施設,住所カナ\n".encode("shift-jis"), "line 1"),
        ("名稱,地址\n臺北,國道\n".encode("big5"), "line 1"),
        ("名称,地址\n".encode() + b"\xff\n", "line 2"),
        (b"\xef\xbb\xbfa,b\n1,2\n\xb0\xa1,3\n", "line 3"),
    ],
)
def test_other_encodings_are_refused_with_the_line_and_never_misread(
    tmp_path: Path, content: bytes, place: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    error = refused(path)
    assert error.reason == "damaged"
    assert place in error.text.en


def test_gb18030_is_known_by_its_common_characters_far_down_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    lines = [
        "name,address",
        *(f"{n},plain" for n in range(200_000)),
        "户外劳动者驿站,建设路——喆·镕",
    ]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    table = open_table(path, limits=None)
    assert table.encoding == "GB18030"
    *_, last = table.rows
    assert last == (200_002, ["户外劳动者驿站", "建设路——喆·镕"])


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"%PDF-1.7\n\0\1\2", "binary"),
        ("a,b\n1,2\n".encode("utf-16-le"), "binary"),
        (b'{"type": "Topology", "objects": {}}', "FeatureCollection"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, head: bytes, named: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(head)
    error = refused(path)
    assert error.reason == "format"
    assert named in error.text.en


def test_missing_file_and_sheet_of_a_text_file(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(tmp_path / "x.csv").text.en
    with pytest.raises(InputError) as caught:
        open_table(LISTS / "comma_utf8.csv", sheet="二")
    assert caught.value.parameter == "sheet"


# Limits.


def test_rows_and_bytes_are_limited() -> None:
    path = LISTS / "comma_utf8.csv"
    assert len(list(open_table(path, limits=Limits(max_rows=3)).rows)) == 3
    error = refused(path, limits=Limits(max_rows=2))
    assert (error.reason, error.row) == ("limit", 4)
    assert "more than the limit of 2" in error.text.en
    assert refused(path, limits=Limits(max_bytes=100)).reason == "limit"
    for name in ("points.geojson", "extract.osm"):
        assert refused(LISTS / name, limits=Limits(max_rows=2)).reason == "limit"
        assert refused(LISTS / name, limits=Limits(max_bytes=100)).reason == "limit"


def test_gzip_bombs_and_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * (5 * 2**20)))
    assert "ratio" in refused(path).text.en
    whole = gzip.compress((LISTS / "comma_utf8.csv").read_bytes())
    for cut in (whole[:4], whole[: len(whole) // 2], whole[:-4], whole[:-8] + b"\0" * 8):
        path.write_bytes(cut)
        assert refused(path).reason == "damaged"


def test_archive_bombs_are_measured_and_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (40 * 2**20))
    assert "ratio" in refused(path).text.en
    # The directory says ten bytes; what unpacks is what counts.
    content = path.read_bytes()
    size = (40 * 2**20).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (10).to_bytes(4, "little")))
    assert "ratio" in refused(path).text.en
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.xml", b"")
    assert "entries" in refused(path).text.en


@pytest.mark.parametrize(
    ("row", "column", "named"), [(9, 16_383, "columns"), (999_999, 99, "cells")]
)
def test_one_cell_far_out_does_not_fill_the_memory(
    tmp_path: Path, row: int, column: int, named: str
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "地址"])
        sheet.write(row, column, "远")

    error = refused(workbook(tmp_path / "x.xlsx", fill))
    assert error.reason == "limit"
    assert named in error.text.en


def test_strings_that_many_cells_share_count_in_each(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "地址"])
        sheet.write(1, 1, "短")
        sheet.write_column(1, 0, ["长" * 30_000] * 100)

    path = workbook(tmp_path / "x.xlsx", fill)
    # A hundred times 90,000 bytes, and what the package itself has.
    error = refused(path, limits=Limits(max_bytes=8_900_000))
    assert "text in the cells" in error.text.en
    assert len(rows_of(open_table(path, limits=Limits(max_bytes=9_100_000)))) == 100


def test_cells_that_do_not_say_where_they_stand_are_counted(tmp_path: Path) -> None:
    written = workbook(tmp_path / "x.xlsx", lambda book: book.add_worksheet().write(0, 0, 1))
    path = tmp_path / "y.xlsx"
    for cells, is_read in ((3, True), (2_000, False)):
        rows = f"<row>{'<c><v>7</v></c>' * cells}</row>" * 2
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w") as archive:
            for entry in source.infolist():
                content = source.read(entry)
                if entry.filename.endswith("sheet1.xml"):
                    content = re.sub(rb"<row.*</row>", rows.encode(), content)
                archive.writestr(entry, content)
        if is_read:
            assert rows_of(open_table(path)) == [(2, ["7", "7", "7"])]
        else:
            assert "columns" in refused(path).text.en


def test_ruined_archives_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", lambda book: book.add_worksheet().write(0, 0, "名称"))
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:200] + b"\xff" * 200 + whole[400:]):
        path.write_bytes(content)
        assert refused(path).reason == "damaged"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "no workbook")
    assert refused(path).reason == "damaged"


# Workbooks.


def office_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("驿站")
    wrapped = book.add_format({"text_wrap": True})
    day = book.add_format({"num_format": "yyyy/m/d"})
    clock = book.add_format({"num_format": "h:mm"})
    long_clock = book.add_format({"num_format": "[h]:mm"})
    sheet.merge_range("A1:H1", "某市测试驿站一览表", wrapped)
    for at, name in (
        (0, "所属区县"),
        (1, "站点名称"),
        (4, "联系电话"),
        (5, "更新日期"),
        (6, "开门"),
    ):
        sheet.merge_range(1, at, 2, at, name, wrapped)
    sheet.merge_range("C2:D2", "坐标", wrapped)
    sheet.write_row("C3", ["经度", "纬度"])
    sheet.merge_range("A4:A5", "中原区", wrapped)
    sheet.write_row("B4", ["测试驿站甲", 113.650000000000006, 34.0, 13800138000.0])
    sheet.write_datetime("F4", date(2026, 7, 27), day)
    sheet.write_datetime("G4", time(8, 30), clock)
    sheet.write_row("B5", ["测试驿站乙", "113.66", 0.00001, True])
    sheet.write("G5", 1.0, long_clock)
    sheet.write("H7", "表外的说明")


def test_workbook_of_an_office(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path / "list.csv", office_sheet))
    assert (table.format, table.sheet) == ("xlsx", "驿站")
    assert table.columns == (
        *("所属区县", "站点名称", "坐标 / 经度", "坐标 / 纬度", "联系电话", "更新日期", "开门"),
        "H 列",
    )
    assert rows_of(table) == [
        (4, ["中原区", "测试驿站甲", "113.65", "34", "13800138000", "2026-07-27", "08:30", ""]),
        (5, ["中原区", "测试驿站乙", "113.66", "0.00001", "true", "", "24:00", ""]),
        (7, ["", "", "", "", "", "", "", "表外的说明"]),
    ]
    for words in ("驿站", "1 row(s) above", "two rows was joined", "1 cell(s) merged"):
        assert words in said(table)


def test_sheets_are_taken_by_name_or_the_first_that_is_seen(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("隐藏", "一", "二"):
            book.add_worksheet(name).write_column(0, 0, ["名称", name])
        book.get_worksheet_by_name("隐藏").hide()
        book.get_worksheet_by_name("一").activate()
        book.get_worksheet_by_name("一").set_first_sheet()

    path = workbook(tmp_path / "x.xlsx", fill)
    table = open_table(path)
    assert (table.sheet, rows_of(table)) == ("一", [(2, ["一"])])
    assert "sheets not read: 二" in said(table)
    assert rows_of(open_table(path, sheet="二")) == [(2, ["二"])]
    with pytest.raises(InputError) as caught:
        open_table(path, sheet="三")
    assert caught.value.expected is not None
    assert "一、二" in caught.value.expected.zh


def test_empty_sheet_has_no_columns_and_no_rows(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path / "x.xlsx", lambda book: book.add_worksheet()))
    assert (table.columns, rows_of(table)) == ((), [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e22, "10000000000000000000000"),
        (-0.5, "-0.5"),
        (1.5e-7, "0.00000015"),
        (False, "false"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02T03:04:05"),
        (time(8, 0, 30), "08:00:30"),
        (timedelta(hours=25, minutes=5), "25:05"),
    ],
)
def test_values_are_written_as_people_would(value: object, text: str) -> None:
    assert cell_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_from_their_text(value: float) -> None:
    text = cell_text(value)
    assert float(text) == value
    assert "e" not in text


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


# Geographic formats.


def test_geojson_properties_are_columns_and_only_points_have_a_place() -> None:
    table = open_table(LISTS / "points.geojson")
    assert (table.format, table.declared_datum) == ("geojson", "wgs84")
    assert table.columns == ("feature_id", "名称", "层数", "设施", "详情", "开放", "lon", "lat")
    assert rows_of(table) == [
        (2, ["a-1", "测试驿站甲", "2", "饮水机;微波炉", '{"人": 3}', "", "113.61", "34.75"]),
        (3, ["", "测试驿站乙", "", "", "", "true", "", ""]),
        (4, ["", "测试驿站丙", "", "", "", "", "", ""]),
    ]
    assert "1 feature(s) are no point" in said(table)


POINT = (
    '{"type":"Feature","properties":{"lon":1,"a":"b"},'
    '"geometry":{"type":"Point","coordinates":[%s]}}'
)


def geojson(path: Path, *members: str) -> Path:
    path.write_text("{" + ",".join(members) + "}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("crs", "datum", "coordinates", "expected"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84", "113.6,34.7", (113.6, 34.7)),
        ("urn:ogc:def:crs:EPSG::4490", "wgs84", "113.6,34.7", (113.6, 34.7)),
        ("GCJ-02", "gcj02", "113.6,34.7", (113.6, 34.7)),
        # Web Mercator by its formula, on a sphere of 6,378,137 m.
        ("EPSG:3857", "wgs84", "12645894.15,4123185.5", (113.6, 34.7)),
        ("of no such name", None, "113.6,34.7", (113.6, 34.7)),
    ],
)
def test_older_geojson_may_name_its_reference_system(
    tmp_path: Path, crs: str, datum: str | None, coordinates: str, expected: tuple[float, float]
) -> None:
    member = '"crs":' + json.dumps({"type": "name", "properties": {"name": crs}})
    features = '"features":[%s]' % (POINT % coordinates)
    path = geojson(tmp_path / "x", features, member, '"type":"FeatureCollection"')
    table = open_table(path)
    assert table.declared_datum == datum
    assert table.columns == ("lon", "a", "geometry_lon", "geometry_lat")
    ((_, cells),) = table.rows
    assert tuple(map(float, cells[2:])) == pytest.approx(expected, abs=1e-4)


def test_single_feature_is_a_table_of_one_row(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(POINT % "1.5,2.5")
    assert rows_of(open_table(path)) == [(2, ["1", "b", "1.5", "2.5"])]


@pytest.mark.parametrize(
    ("features", "reason", "named"),
    [
        ('"features":[{"type":"Feature"},\n{"type"', "damaged", "line 2"),
        ('"features":[7]', "damaged", "no JSON object"),
        ('"features":[{}]}, {"a": 1', "damaged", "line 1"),
        ('"features":[{"properties":{"a":%s}}]' % ("9" * 5_000), "damaged", "too long"),
        ('"features":[{"properties":{"a":%s}}]' % ("[" * 10**5 + "]" * 10**5), "limit", "nested"),
    ],
)
def test_ruined_geojson_is_refused_with_the_place(
    tmp_path: Path, features: str, reason: str, named: str
) -> None:
    error = refused(geojson(tmp_path / "x", '"type":"FeatureCollection"', features))
    assert error.reason == reason
    assert named in error.text.en


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "list.gpkg"
    points = [shapely.Point(113.61, 34.75), shapely.Point(113.62, 34.76), None]
    frame = geopandas.GeoDataFrame(
        {"名称": ["测试驿站甲", "测试驿站乙", None], "面积": [5.0, 7.5, None]},
        geometry=points,
        crs=4326,
    )
    frame.to_file(path, layer="站点", driver="GPKG")
    frame.to_crs(4547).to_file(path, layer="投影", driver="GPKG")
    areas = frame.assign(geometry=[point and point.buffer(0.01) for point in points])
    areas.to_file(path, layer="面", driver="GPKG")
    return path


def test_geopackage_layers_are_sheets(package: Path) -> None:
    table = open_table(package)
    assert (table.format, table.sheet, table.declared_datum) == ("geopackage", "站点", "wgs84")
    assert table.columns == ("fid", "名称", "面积", "lon", "lat")
    assert rows_of(table) == [
        (2, ["1", "测试驿站甲", "5", "113.61", "34.75"]),
        (3, ["2", "测试驿站乙", "7.5", "113.62", "34.76"]),
        (4, ["3", "", "", "", ""]),
    ]
    assert "投影" in said(table)


def test_geopackage_is_reprojected_and_invents_no_point(package: Path) -> None:
    table = open_table(package, sheet="投影")
    assert "reprojected from CGCS2000" in said(table)
    cells = next(table.rows).cells
    assert cells is not None
    assert tuple(map(float, cells[3:])) == pytest.approx((113.61, 34.75), abs=1e-8)
    table = open_table(package, sheet="面")
    assert [row.cells[3:] for row in table.rows if row.cells] == [["", ""]] * 3
    assert "2 feature(s) are no point" in said(table)


def test_geopackage_reads_no_view_and_no_ruin(package: Path) -> None:
    with sqlite3.connect(package) as database:
        database.execute("CREATE VIEW 视图 AS SELECT * FROM 站点")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('视图', 'features', '视图', 4326)"
        )
    database.close()
    with pytest.raises(InputError):
        open_table(package, sheet="视图")
    content = package.read_bytes()
    package.write_bytes(content[:5_000])
    assert refused(package).reason == "damaged"
    package.write_bytes(content[:100] + b"\x55" * (len(content) - 100))
    assert refused(package).reason == "damaged"
    assert refused(package, limits=Limits(max_bytes=1_000)).reason == "limit"


def test_extract_of_openstreetmap_by_the_declared_tags() -> None:
    table = open_table(LISTS / "extract.osm")
    assert (table.format, table.declared_datum) == ("osm", "wgs84")
    rows = [dict(zip(table.columns, row.cells or (), strict=True)) for row in table.rows]
    assert [(row["osm_id"], row["kind"], row["name"]) for row in rows] == [
        ("n1", "amenity=toilets", ""),
        ("n3", "amenity=shelter", "测试歇脚亭"),
        ("w5", "amenity=toilets", "测试公厕楼"),
    ]
    first, _, building = rows
    assert first["facilities"] == "toilet;drinking_water"
    assert (first["hours_text"], first["address"]) == ("24/7", "试验路 1号")
    assert (first["lon"], first["lat"]) == ("113.61", "34.75")
    assert (building["lon"], building["lat"]) == ("", "")


def test_cut_extract_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.osm"
    path.write_text((LISTS / "extract.osm").read_text()[:400])
    assert refused(path).reason == "damaged"


# Whatever a writer writes.

words = st.text(
    st.characters(codec="gb2312", exclude_characters="\0\r\n\x1a"), min_size=1, max_size=8
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(words, words, words), min_size=2, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
)
def test_any_dialect_and_encoding_is_read_back_as_written(
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    codec: str,
    quoting: int,
    line_end: str,
    packed: bool,
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerows([("名称", "地址", "开放时间"), *rows])
    content = buffer.getvalue().encode(codec)
    if codec == "gb18030":
        # Two bytes can be both: UTF-8 is tried first, and the note says what was taken.
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            assume(False)
    path = tmp_path / "x.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    table = open_table(path)
    assert table.columns == ("名称", "地址", "开放时间")
    assert table.delimiter == delimiter
    expected = [
        (number, list(row)) for number, row in enumerate(rows, 2) if any(map(str.strip, row))
    ]
    assert rows_of(table) == expected


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    head=st.sampled_from([b"", b"PK\x03\x04", b"SQLite format 3\0", b"\x1f\x8b", b"{", b"<osm"]),
    content=st.binary(max_size=200),
)
def test_any_bytes_are_rows_or_refused_in_words(
    tmp_path: Path, head: bytes, content: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + content)
    with suppress(SourceError):
        for number, cells in open_table(path).rows:
            assert number > 0
            assert cells is None or all(isinstance(cell, str) for cell in cells)


# Real lists.


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("zhengzhou_stations_82.csv", 82),
        ("london_osm_toilets_859.csv", 859),
        ("japan_gsi_emergency_sites_115402.csv.gz", 115_402),
        ("japan_gsi_shelters_82557.csv.gz", 82_557),
    ],
)
def test_every_row_of_the_real_lists_comes_out(shared_data: Path, name: str, count: int) -> None:
    table = open_table(shared_data / "real" / name)
    rows = list(table.rows)
    assert [row.number for row in rows] == list(range(2, count + 2))
    assert {len(row.cells or ()) for row in rows} == {len(table.columns)}


@pytest.mark.parametrize(
    ("name", "rows"), [("helsinki_centre", 24), ("andorra", 44), ("singapore_bayfront", 12)]
)
def test_real_extracts_agree_with_looking_at_every_object(
    shared_data: Path, name: str, rows: int
) -> None:
    path = shared_data / "base" / "osm" / f"{name}.osm.pbf"
    table = open_table(path)
    found = [dict(zip(table.columns, row.cells or (), strict=True)) for row in table.rows]
    expected = [
        (f"{each.type_str()}{each.id}", each.is_node())
        for each in osmium.FileProcessor(str(path))
        if any((tag.k, tag.v) in mapped().features for tag in each.tags)
    ]
    assert len(found) == rows
    assert [(row["osm_id"], bool(row["lon"])) for row in found] == expected


def test_every_facility_of_the_mapping_is_in_the_vocabulary() -> None:
    assert set(mapped().facilities.values()) <= vocabulary().facilities.keys()
