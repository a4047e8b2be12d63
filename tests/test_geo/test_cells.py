"""Cells: nothing is lost, equal content has equal addresses, one edit changes one address."""

import dataclasses
from datetime import date, timedelta

import numpy as np
import orjson
import pyproj
import pytest

from geo.cells import CellFolder, StationCells, Tile, city_index, city_list, city_names, tile_of
from geo.cells.folder import KEPT_DAYS
from geo.cells.schedule import schedule
from geo.hours import KINDS, calendar, read_hours, weeks
from geo.hours.evaluate import spans_on
from geo.hours.spec import MonthDay
from geo.snapshot import SnapshotFolder

ZHENGZHOU = "410100"
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def cells(street):
    return StationCells(street)


def test_every_answerable_station_is_in_exactly_one_cell(street, cells):
    inside = [s["id"] for tile in cells for s in orjson.loads(cells.content(tile))["stations"]]
    answerable = [s.id for s in street.stations() if s.answerable]
    assert sorted(inside) == sorted(answerable)
    assert len(answerable) < len(street)


def test_tiles_are_those_of_web_mercator_on_a_grid_of_its_extent():
    half_m = 20_037_508.342789244
    random = np.random.default_rng(7)
    lon, lat = random.uniform(-180, 180, 500), random.uniform(-85, 85, 500)
    east, north = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    x = np.floor((east + half_m) / (2 * half_m) * 8192).astype(int)
    y = np.floor((half_m - north) / (2 * half_m) * 8192).astype(int)
    assert [tile_of(*each) for each in zip(lon, lat, strict=True)] == list(zip(x, y, strict=True))
    assert tile_of(-180.0, 90.0) == Tile(0, 0)
    assert tile_of(180.0, -90.0) == Tile(8191, 8191)


def test_a_cell_carries_what_the_station_says_and_nothing_that_is_unknown(street, cells):
    for station in street.stations():
        if not station.answerable:
            continue
        cell = orjson.loads(cells.content(tile_of(*station.position)))
        record = next(each for each in cell["stations"] if each["id"] == station.id)
        assert record["name"] == station.name
        assert record["at"] == pytest.approx(station.position, abs=1e-8)
        known = sorted(station.facilities) if station.facilities_known else None
        assert record["facilities"] == known
        if station.hours_text is None:
            assert record["hours"] is None
        else:
            assert cell["hours"][record["hours"]]["text"] == station.hours_text
        assert cell["sources"][record["source"]] == station.source


def test_one_edit_changes_the_address_of_one_cell(street, places, tmp_path, cells):
    stations = list(street.stations())
    edited = [
        dataclasses.replace(station, name=station.name + "（新）") if number == 0 else station
        for number, station in enumerate(stations)
    ]
    after = StationCells(SnapshotFolder(tmp_path).publish(edited, street.info))
    tiles = cells.tiles_of_city(ZHENGZHOU)
    changed = [tile for tile in tiles if cells.digest(tile) != after.digest(tile)]
    assert changed == [tile_of(*stations[0].position)]
    before = {tile.key: cells.digest(tile) for tile in tiles}
    now = {tile.key: after.digest(tile) for tile in tiles}
    city = places.get(ZHENGZHOU)
    index = orjson.loads(city_index(after, now, places, city, None))
    named = {key: address for key, (address, _) in index["cells"].items()}
    assert {key for key in named if named[key] != before[key]} == {changed[0].key}


def test_replaced_cells_are_kept_for_thirty_days_and_no_longer(street, tmp_path, cells):
    folder = CellFolder(tmp_path / "cells")
    first = folder.keep(cells, ZHENGZHOU, TODAY)
    stations = list(street.stations())
    edited = [dataclasses.replace(stations[0], address="搬走了"), *stations[1:]]
    after = StationCells(SnapshotFolder(tmp_path / "home").publish(edited, street.info))
    second = folder.keep(after, ZHENGZHOU, TODAY + timedelta(days=40))
    tile = tile_of(*stations[0].position)
    assert first[tile.key] != second[tile.key]
    for days in (0, 30, KEPT_DAYS):
        folder.keep(after, ZHENGZHOU, TODAY + timedelta(days=40 + days))
        assert folder.read(tile, first[tile.key]) == cells.content(tile)
    folder.keep(after, ZHENGZHOU, TODAY + timedelta(days=41 + KEPT_DAYS))
    assert folder.read(tile, first[tile.key]) is None
    assert folder.read(tile, second[tile.key]) == after.content(tile)


def test_a_list_that_is_restored_keeps_its_cells(street, tmp_path, cells):
    folder = CellFolder(tmp_path / "cells")
    first = folder.keep(cells, ZHENGZHOU, TODAY)
    stations = list(street.stations())[1:]
    fewer = StationCells(SnapshotFolder(tmp_path / "home").publish(stations, street.info))
    folder.keep(fewer, ZHENGZHOU, TODAY)
    for days in (0, KEPT_DAYS + 2):
        assert folder.keep(cells, ZHENGZHOU, TODAY + timedelta(days=days)) == first
    for tile in cells.tiles_of_city(ZHENGZHOU):
        assert folder.read(tile, first[tile.key]) == cells.content(tile)


def test_the_list_of_cities_bounds_every_cell(places, cells):
    listed = orjson.loads(city_list(cells, places.cities_of("410000")))["cities"]
    boxes = {each["adcode"]: each["box"] for each in listed}
    for adcode, box in boxes.items():
        tiles = np.array(cells.tiles_of_city(adcode))
        if box is None:
            assert len(tiles) == 0
            continue
        west, north, east, south = box
        assert ((tiles >= (west, north)) & (tiles <= (east, south))).all()
    assert len(boxes) == 18


def test_names_lead_to_the_cells_of_their_stations(cells, places, street):
    names = orjson.loads(city_names(cells, places.get(ZHENGZHOU)))["stations"]
    expected = {
        (s.id, s.name, s.address, tile_of(*s.position).key)
        for s in street.stations()
        if s.answerable and s.city == ZHENGZHOU
    }
    assert {tuple(each) for each in names} == expected


TEXTS = [
    "周一至周五 08:30-12:00,13:00-17:30",
    "24小时",
    "22:00-次日06:00",
    "5月1日-9月30日 8:00-20:00；10月1日至次年4月30日 8:30-18:00",
    "工作日8:30-17:30，周末9:00-16:00，法定节假日休息",
    "周二至周日 9:00—17:00，周一闭馆",
]


@pytest.mark.parametrize("text", TEXTS)
def test_tables_say_of_every_day_what_the_rules_say(text):
    spec = read_hours(text).hours.spec
    tables = weeks(spec)
    for number in range(3 * 365):
        day = date(2025, 1, 1) + timedelta(days=number)
        kind = calendar().day_type(day)
        table = [week for week in tables if week.first <= MonthDay(day.month, day.day)][-1]
        column = {None: "unpublished", "holiday": "holiday", "makeup": "makeup"}.get(kind, "normal")
        found = table.days[KINDS.index(column) * 7 + day.weekday()]
        assert found == spans_on(spec, MonthDay(day.month, day.day), day.weekday(), kind)


def test_an_unread_text_carries_its_reason_and_no_table():
    written = schedule("以现场公告为准", read_hours("以现场公告为准"))
    assert set(written) == {"text", "reason"}
    assert written["reason"]["zh"]


def test_hours_in_a_cell_are_those_that_are_evaluated():
    written = schedule("08:00-20:00", read_hours("08:00-20:00"))
    assert written["spans"] == [[[480, 1200]]]
    assert written["weeks"] == [[1, 1, "0" * 28]]
