"""Headers as lists write them, against the columns of the field dictionary."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.sources.header_words import bare, coordinate_meaning, meaning
from geo.sources.headers import (
    CANONICAL,
    ColumnMap,
    CoordinatePair,
    datum_of_word,
    match_columns,
)
from geo.sources.tables import open_table
from geo.validation.columns import COLUMNS, MARKET_COLUMNS


def english(found: ColumnMap) -> str:
    return "\n".join(text.en for text in found.doubts)


def sampled(header: str, *cells: str, beside: Sequence[str] = ()) -> ColumnMap:
    columns = (header, *beside)
    return match_columns(columns, [[cell, *("1" for _ in beside)] for cell in cells])


@pytest.mark.parametrize(
    ("column", "headers"),
    [
        (
            "name",
            [
                "名称",
                "站点名称",
                "驿站名称",
                "*站点名称（必填）",
                "Name",
                "站名",
                "驿站",
                " 名 称 ",
            ],
        ),
        ("kind", ["类别", "站点类型", "KIND", "type", "类型"]),
        ("address", ["地址", "详细地址", "Address", "addr:full"]),
        ("city", ["城市", "地市", "city", "所在城市"]),
        ("district", ["区县", "所属区", "县（市、区）", "district", "County"]),
        (
            "published_lon",
            ["经度", "lng", "LON", "x", "Longitude", "经度(°)", "坐标经度", "坐标 / 经度"],
        ),
        ("published_lat", ["纬度", "lat", "y", "latitude", "纬度（度）", "ｌａｔ"]),
        ("position", ["坐标", "经纬度", "位置", "coordinates", "坐标(经度,纬度)"]),
        ("published_datum", ["坐标系", "crs", "datum", "坐标系统"]),
        ("hours_text", ["开放时间", "营业时间", "服务时间", "opening_hours", "Open Hours"]),
        ("facilities", ["设施", "服务设施", "配套", "facilities", "设施设备"]),
        ("phone", ["固定电话", "座机", "电话", "phone", "Tel."]),
        ("area_m2", ["面积", "面积（㎡）", "area", "建筑面积(平方米)"]),
        ("status", ["状态", "运营状态", "Status"]),
        ("id", ["编号", "站点编号", "ID"]),
        ("source", ["来源", "数据来源", "source"]),
        ("listed_on", ["更新日期", "发布时间"]),
        ("verified_on", ["核实日期", "check_date"]),
    ],
)
def test_ways_to_write_a_header(column: str, headers: list[str]) -> None:
    halves = {"published_lon": "纬度", "published_lat": "经度"}
    for header in headers:
        columns = [header, halves[column]] if column in halves else [header]
        found = match_columns(columns, [])
        assert found.by_column[column] == header
        assert not found.unknown


@pytest.mark.parametrize("header", ["备注", "序号", "note", "source_repo", "city_name2", "宽度"])
def test_what_is_not_known_is_kept_and_not_guessed(header: str) -> None:
    found = match_columns([header, ""], [])
    assert not found.by_column
    assert found.unknown == (header,)


def test_our_own_columns_map_one_to_one() -> None:
    columns = (*COLUMNS, *MARKET_COLUMNS)
    found = match_columns(columns, [])
    assert dict(found.by_column) == {column: column for column in columns}
    assert found.pairs == (CoordinatePair("published_lon", "published_lat", None),)
    assert [*found.unknown, *found.personal, *found.ambiguous, *found.doubts] == []


def test_coordinates_of_a_stranger_are_published_ones() -> None:
    found = match_columns(["name", "lon", "lat"], [])
    assert found.by_column["published_lon"] == "lon"
    assert "lon" not in found.by_column


def test_of_two_headers_the_better_known_wins_and_the_other_is_told() -> None:
    found = match_columns(["类型", "类别", "kind", "名称", "名称 (2)"], [])
    assert dict(found.by_column) == {"kind": "kind", "name": "名称"}
    assert found.ambiguous == ("类型", "类别", "名称 (2)")
    assert not found.unknown


def test_pairs_by_the_datum_that_their_headers_state() -> None:
    columns = [
        "名称",
        "WGS84_经度",
        "WGS84_纬度",
        "高德经度",
        "高德纬度",
        "bd_lng",
        "bd_lat",
        "坐标(GPS)",
    ]
    found = match_columns(columns, [])
    assert found.pairs == (
        CoordinatePair("高德经度", "高德纬度", "gcj02"),
        CoordinatePair("bd_lng", "bd_lat", "bd09"),
        CoordinatePair("WGS84_经度", "WGS84_纬度", "wgs84"),
        CoordinatePair("坐标(GPS)", "坐标(GPS)", "wgs84"),
    )
    assert found.by_column["published_lon"] == "高德经度"
    assert found.by_column["published_lat"] == "高德纬度"
    assert not found.unknown


def test_repeated_coordinates_are_paired_with_their_neighbours() -> None:
    found = match_columns(["经度", "纬度", "经度 (2)", "纬度 (2)", "x"], [])
    assert found.pairs == (
        CoordinatePair("经度", "纬度", None),
        CoordinatePair("经度 (2)", "纬度 (2)", None),
    )
    assert found.unknown == ("x",)


@pytest.mark.parametrize(
    ("word", "datum"),
    [
        ("GCJ-02", "gcj02"),
        ("火星坐标", "gcj02"),
        ("高德", "gcj02"),
        ("BD09ll", "bd09"),
        ("百度坐标系", "bd09"),
        ("WGS 84", "wgs84"),
        ("EPSG:4490", "wgs84"),
        ("CGCS2000", "wgs84"),
        ("西安80", None),
        ("", None),
    ],
)
def test_datums_by_their_names(word: str, datum: str | None) -> None:
    assert datum_of_word(word) == datum


def test_personal_columns_are_left_out() -> None:
    personal = (
        *("负责人电话", "联系人手机", "身份证号码", "驿站负责人", "姓名", "联系电话（必填）"),
        *("Contact Name", "mobile phone"),
    )
    public = ("固定电话", "手机充电", "负责单位", "站长度")
    found = match_columns([*personal, *public], [])
    assert found.personal == personal
    assert dict(found.by_column) == {"phone": "固定电话"}
    assert found.unknown == public[1:]


def test_the_user_has_the_last_word() -> None:
    columns = ["名称", "别名", "经度", "纬度", "X", "Y", "负责人电话"]
    overrides = {"别名": "name", "X": "published_lon", "Y": "published_lat", "负责人电话": "phone"}
    found = match_columns(columns, [], overrides=overrides)
    assert dict(found.by_column) == {value: key for key, value in overrides.items()}
    assert found.pairs[0] == CoordinatePair("X", "Y", None)
    assert found.pairs[1] == CoordinatePair("经度", "纬度", None)
    assert found.ambiguous == ("名称",)
    assert not found.personal
    found = match_columns(columns, [], overrides={"x": "position"})
    assert found.by_column["position"] == "X"
    assert "published_lon" not in found.by_column


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"没有": "name"}, "no column '没有'"),
        ({"名称": "nme"}, "no column nme"),
        ({"名称": "name", "别名": "name"}, "twice"),
        ({"身份证号": "name"}, "personal"),
    ],
)
def test_overrides_that_name_nothing_are_refused(overrides: dict[str, str], named: str) -> None:
    with pytest.raises(InputError) as caught:
        match_columns(["名称", "别名", "身份证号"], [], overrides=overrides)
    assert caught.value.parameter == "map"
    assert named in caught.value.text.en


@pytest.mark.parametrize(
    ("header", "cells", "beside", "named"),
    [
        ("x", ["38464512.3", "38464513", ""], ["y"], "projected metres"),
        ("经度", ["东门", "西门"], ["纬度"], "no coordinate in degrees"),
        ("纬度", ["113.6", "113.7"], ["经度"], "no coordinate in degrees"),
        ("位置", ["一楼大厅", "二楼"], [], "not two numbers"),
        ("名称", ["12", "13"], [], "mere numbers"),
        ("区", ["1", "2", "3"], [], "mere numbers"),
        ("更新日期", ["很久以前"], [], "no date"),
        ("面积", ["大", "小"], [], "no number"),
        ("坐标系", ["未知", "不详"], [], "no datum"),
        ("编号", ["1", "2", "3", "4"], [], "running numbers"),
        ("经度", ["113.6"], [], "without its other half"),
    ],
)
def test_columns_whose_values_cannot_be_it_are_doubted(
    header: str, cells: list[str], beside: list[str], named: str
) -> None:
    found = sampled(header, *cells, beside=beside)
    assert len(found.doubts) == 1
    assert named in english(found)
    assert header in found.doubts[0].zh


@pytest.mark.parametrize(
    ("header", "cells", "beside"),
    [
        ("x", ["113.6", "", "113.7", "？"], ["y"]),
        ("坐标", ["113.6，34.7", "113.7 34.8"], []),
        ("编号", ["A1", "A2", "A3"], []),
        ("编号", ["7", "9", "12"], []),
        ("区县", ["410102", "中原区"], []),
        ("更新日期", ["2026-07-27", "2026/7/27", "2026年7月", "20260727"], []),
        ("坐标系", ["高德", "GCJ-02"], []),
        ("面积", ["", ""], []),
    ],
)
def test_columns_whose_values_fit_are_not_doubted(
    header: str, cells: list[str], beside: list[str]
) -> None:
    assert not sampled(header, *cells, beside=beside).doubts


@pytest.mark.parametrize(
    ("cells", "lat_first"),
    [
        (["113.6,34.7", "113.7，34.8"], False),
        (["34.7,113.6", "34.8 113.7", "无"], True),
        (["北纬34.7，东经113.6", "N34.7 E13.6"], True),
        (["51.4,-0.33"], False),
        (["无"], False),
    ],
)
def test_latitude_first_is_seen_and_told(cells: list[str], lat_first: bool) -> None:
    found = sampled("坐标", *cells)
    assert found.position_lat_first == lat_first
    assert ("lat,lon" in english(found)) == lat_first


def test_a_list_from_file_to_columns(shared_data: Path) -> None:
    for name in ("zhengzhou_stations_82.csv", "london_osm_toilets_859.csv"):
        table = open_table(shared_data / "real" / name)
        found = match_columns(table.columns, [row.cells for row in table.rows if row.cells])
        assert dict(found.by_column) == {
            "name": "name",
            "kind": "kind",
            "address": "address",
            "city": "city",
            "district": "district",
            "published_lon": "lng",
            "published_lat": "lat",
            "published_datum": "crs",
            "hours_text": "open_hours",
            "facilities": "facilities",
        }
        assert found.unknown == ("source_repo", "source_path", "licence", "note")
        assert not found.doubts


def test_every_word_of_the_table_means_one_column(root: Path) -> None:
    import tomllib

    tables = tomllib.loads((root / "geo/sources/headers.toml").read_text(encoding="utf-8"))
    seen: dict[str, str] = {}
    for part in ("columns", "coordinates"):
        for column, words in tables[part].items():
            assert column in {*CANONICAL, "lon", "lat"}
            for word in words:
                assert seen.setdefault(bare(word), column) == column, word
                assert bool(meaning(word)) != bool(coordinate_meaning(word)), word


@given(st.lists(st.text(max_size=6), unique=True, max_size=8), st.data())
def test_no_header_is_lost_or_counted_twice(columns: list[str], data: st.DataObject) -> None:
    words = [
        "名称",
        "经度",
        "纬度",
        "lng",
        "lat",
        "坐标",
        "kind",
        "联系人",
        "WGS84经度",
        "published_lon",
    ]
    columns = list(dict.fromkeys([*columns, *data.draw(st.lists(st.sampled_from(words)))]))
    rows = data.draw(
        st.lists(st.lists(st.text(max_size=4), min_size=len(columns), max_size=len(columns)))
    )
    found = match_columns(columns, rows)
    in_pairs = {header for pair in found.pairs for header in pair[:2]}
    taken = set(found.by_column.values())
    groups = [taken | in_pairs, set(found.unknown), set(found.personal), set(found.ambiguous)]
    assert set.union(*groups) == {column for column in columns if column.strip()}
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert set(found.by_column) <= set(CANONICAL)
    assert len(taken) == len(found.by_column)
