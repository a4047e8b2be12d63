"""A plan as a workbook and a GeoPackage: numbers as numbers, warnings everywhere, styles valid."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pytest
import shapely

from geo.catalogue import SYNTHETIC
from geo.export.plan import sheets_of, write_book, write_layers
from geo.export.plan.sheet import shown
from geo.planning.model import Band, Threshold


@pytest.fixture
def book(tmp_path):
    """Writes the workbook of a plan and reads it back."""

    def read(plan):
        write_book(tmp_path / "plan.xlsx", plan)
        return openpyxl.load_workbook(tmp_path / "plan.xlsx")

    return read


def header_of(sheet):
    """The row of the headers, and where it stands: the row above the frozen part's end."""
    line = int("".join(c for c in sheet.freeze_panes if c.isdigit())) - 1
    return line, [cell.value for cell in sheet[line]]


def test_every_sheet_says_what_its_data_are_and_stays_readable(book, sample_plan):
    plan = sample_plan()
    sheets = book(plan).worksheets
    assert len(sheets) == len(sheets_of(plan)) == 10
    for sheet in sheets:
        texts = [row[0].value for row in sheet.iter_rows(max_row=4)]
        assert str(SYNTHETIC) in texts
        assert any("名录不全" in (text or "") for text in texts)
        line, header = header_of(sheet)
        assert all("\n" in text for text in header)
        assert sheet.max_row > line
        assert sheet.column_dimensions["A"].width >= 10


def test_numbers_are_numbers_and_bands_two_columns(book, sample_plan):
    plan = sample_plan()
    sheet = next(each for each in book(plan).worksheets if each.title.startswith("区县"))
    line, header = header_of(sheet)
    low = header.index("≤ 1 公里 人口 下限\n≤ 1 km, people, lower")
    first = plan.coverage(Threshold(radius_m=1000.0)).districts[0]
    cells = sheet[line + 1]
    assert (cells[low].value, cells[low + 1].value) == pytest.approx(first.people_ratio)
    assert cells[low].number_format == "0.0%"
    assert cells[2].value == plan.districts[0].people
    assert cells[1].value == plan.districts[0].adcode


def test_texts_of_data_are_never_formulas(book, sample_plan):
    plan = sample_plan()
    hostile = '=HYPERLINK("http://example.org","x")'
    gaps = [
        replace(each, ranked=[replace(gap, nearest_name=hostile) for gap in each.ranked])
        for each in plan.gaps
    ]
    sheet = next(e for e in book(replace(plan, gaps=gaps)).worksheets if "盲区" in e.title)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value == hostile for cell in cells) == sum(len(each.ranked) for each in gaps)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


def test_people_are_not_printed_finer_than_they_are_known(sample_plan):
    plan = sample_plan()
    gaps = next(each for each in sheets_of(plan) if each.code == "gaps")
    at = [column.label.en for column in gaps.columns].index("People")
    assert gaps.rows[0][at] == Band(20_500.0, 63_400.0)
    exact = next(e for e in sheets_of(replace(plan, demand_basis="grid")) if e.code == "gaps")
    assert exact.rows[0][at] == Band(20_534.0, 63_432.0)


def test_changes_add_up_on_their_sheet(sample_plan):
    change = next(each for each in sheets_of(sample_plan()) if each.code == "change")
    rows = change.rows[:6]
    assert sum(row[4].low for row in rows[:5]) == rows[5][4].low
    assert [row[3] for row in rows] == [1, 1, 1, 0, 1, 1]


def test_without_a_list_there_are_no_ratios(sample_plan):
    plan = sample_plan(state="none")
    assert [each.code for each in sheets_of(plan)] == ["figures", "districts", "method"]
    figures = sheets_of(plan)[0]
    assert shown(figures.rows[0][2], "whole") == "–"
    assert "没有名录" in figures.says[1].zh


def test_equal_plans_are_equal_bytes(sample_plan, street, places, tmp_path):
    plan = sample_plan()
    for name in ("a", "b"):
        write_book(tmp_path / f"{name}.xlsx", plan)
        write_layers(tmp_path / f"{name}.gpkg", plan, places, street)
    for suffix in ("xlsx", "gpkg"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("a.gpkg", "a.xlsx", "b.gpkg", "b.xlsx")
    ]


def test_layers_hold_what_the_plan_says(sample_plan, street, places, tmp_path):
    plan, path = sample_plan(), tmp_path / "plan.gpkg"
    write_layers(path, plan, places, street)
    kinds = dict(pyogrio.list_layers(path).tolist())
    assert kinds == {
        "stations": "Point",
        "sites": "Point",
        "site_areas": "MultiPolygon",
        "best_sets": "Point",
        **{
            f"{name}_{radius}m": "MultiPolygon"
            for name in ("coverage", "backup", "gaps")
            for radius in (500, 1000)
        },
        "districts": "MultiPolygon",
        "about": None,
        "layer_styles": None,
    }
    for name, kind in kinds.items():
        info = pyogrio.read_info(path, layer=name)
        assert kind is None or info["crs"] == "EPSG:4326"
    gaps = pyogrio.read_dataframe(path, layer="gaps_1000m")
    assert gaps["rank"].tolist() == list(range(1, len(plan.districts) + 1))
    assert gaps["people_high"].tolist() == [each.people.high for each in plan.gaps[1].ranked]
    assert gaps.geometry.is_valid.all()
    assert gaps["label"].str.contains("示意数据").all()
    covered = pyogrio.read_dataframe(path, layer="coverage_500m")
    assert shapely.area(covered.geometry[0]) == pytest.approx(plan.coverages[0].covered.area)
    stations = pyogrio.read_dataframe(path, layer="stations")
    assert set(stations["role"]) <= {"counted", "neighbour", "suspect", "not_open", "other"}
    about = pyogrio.read_dataframe(path, layer="about", read_geometry=False)
    assert [note.zh for note in plan.notes] == about["zh"].tolist()[2:]


def test_each_layer_has_its_style(sample_plan, street, places, tmp_path):
    path = tmp_path / "plan.gpkg"
    write_layers(path, sample_plan(), places, street)
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles")
        styles = {name: (ET.fromstring(qml), default) for name, qml, default in rows}
        layers = file.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        assert {name for (name,) in layers} == set(styles)
    colours = {
        name: root.find(".//symbol/layer/Option/Option[@name='color']").get("value")
        for name, (root, _) in styles.items()
    }
    assert colours["coverage_500m"] == "0,114,178,180"  # #0072B2
    assert colours["coverage_1000m"] == "230,159,0,180"  # #E69F00
    assert colours["gaps_1000m"].startswith("204,121,167")  # #CC79A7, hatched
    assert styles["gaps_1000m"][0].find(".//Option[@name='style']").get("value") == "b_diagonal"
    assert all(default for _, default in styles.values())


def test_a_city_without_a_list_is_layers_of_its_districts(sample_plan, shipped, places, tmp_path):
    path = tmp_path / "plan.gpkg"
    write_layers(path, sample_plan(adcode="410300", state="none"), places, shipped)
    assert set(pyogrio.list_layers(path)[:, 0]) == {"districts", "about", "layer_styles"}
