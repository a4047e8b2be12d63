"""Demand from files of a user's: grids, points, masks, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely

from geo import datum as datums
from geo.demand import base_map_built_up, district_demand, read_built_up, read_demand
from geo.errors import InputError, SetupError, SourceError, SwappedError
from geo.plane import Plane

JIYUAN = "419001"
LON, LAT = 112.59, 35.09


def write_features(path: Path, shapes, crs="EPSG:4326", driver="GPKG", **fields):
    pyogrio.raw.write(
        str(path),
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array(values) for values in fields.values()],
        fields=list(fields),
        crs=crs,
        geometry_type="Unknown",
        driver=driver,
    )
    return path


def write_raster(path: Path, values, *, west, north, step, crs="EPSG:4326", nodata=-99999.0):
    values = np.asarray(values, dtype=np.float32)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(step, 0.0, west, 0.0, -step, north),
        nodata=nodata,
    ) as file:
        file.write(values, 1)
    return path


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def city(places):
    return places.outline(JIYUAN, "city")


@pytest.fixture(scope="module")
def plane(places):
    return Plane(places.get(JIYUAN, "city").centre)


def test_points_count_as_points(places, tmp_path):
    path = write_text(
        tmp_path / "柜.csv",
        f"名称,经度,纬度,订单量\n甲,{LON},{LAT},30\n乙,{LON},{LAT},0\n丙,{LON},{LAT + 0.01},12.5\n",
    )
    demand = read_demand(path, places, JIYUAN)
    assert demand.basis == "points"
    np.testing.assert_allclose(demand.cells.people, [30.0, 12.5])
    assert demand.people == 42.5
    assert set(demand.cells.size_m) == {0.0}
    points = demand.cells.outlines.take(np.arange(2))
    np.testing.assert_allclose(shapely.get_coordinates(points), [[LON, LAT], [LON, LAT + 0.01]])
    assert demand.notes == ()


def test_points_without_weights_count_one_each(places, tmp_path):
    path = write_text(tmp_path / "lockers.csv", f"id,lon,lat\na,{LON},{LAT}\nb,{LON},{LAT}\n")
    demand = read_demand(path, places, JIYUAN)
    assert demand.people == 2
    assert "each point counts 1" in demand.notes[0].en


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_points_in_another_datum_are_brought_home(places, tmp_path, datum):
    lon, lat = datums.convert([LON], [LAT], source="wgs84", target=datum)
    named = write_text(tmp_path / "named.csv", f"{datum}_lng,{datum}_lat\n{lon[0]},{lat[0]}\n")
    bare = write_text(tmp_path / "bare.csv", f"lng,lat\n{lon[0]},{lat[0]}\n")
    told = read_demand(bare, places, JIYUAN, datum=datum)
    for demand in (read_demand(named, places, JIYUAN), told):
        np.testing.assert_allclose([*demand.cells.lon, *demand.cells.lat], [LON, LAT], atol=1e-9)


def test_what_lies_outside_is_counted_and_left_out(places, tmp_path):
    path = write_text(tmp_path / "x.csv", f"lon,lat,weight\n{LON},{LAT},5\n113.66,34.75,7\n")
    demand = read_demand(path, places, JIYUAN)
    assert demand.people == 5
    (note,) = demand.notes
    assert note.en.startswith("1 row(s) lie outside the city, up to some 91 km")


def test_squares_of_a_table_keep_their_people_and_side(places, tmp_path, plane):
    rows = "".join(f"{LON + i * 0.02},{LAT},{100 + i}\n" for i in range(3))
    path = write_text(tmp_path / "grid.csv", "lon,lat,people\n" + rows)
    demand = read_demand(path, places, JIYUAN, cell_m=500)
    assert demand.basis == "grid"
    assert demand.people == pytest.approx(303)
    np.testing.assert_allclose(demand.cells.size_m, 500.0, rtol=1e-9)
    shapes = plane.shapes(demand.cells.outlines.take(np.arange(3)))
    np.testing.assert_allclose(shapely.area(shapes), 250_000.0, rtol=1e-6)
    side = write_text(tmp_path / "side.csv", f"lon,lat,people,格网边长\n{LON},{LAT},9,200\n")
    assert read_demand(side, places, JIYUAN).cells.size_m == pytest.approx([200.0])


@pytest.mark.parametrize("driver", ["GPKG", "GeoJSON"])
def test_polygons_are_cut_at_the_border_by_area(places, tmp_path, city, plane, driver):
    west, south, east, north = city.bounds
    lon = np.linspace(west - 0.1, east + 0.1, 12)
    lat = np.linspace(south - 0.1, north + 0.1, 12)
    boxes = [
        shapely.box(lon[i], lat[j], lon[i + 1], lat[j + 1]) for i in range(11) for j in range(11)
    ]
    people = np.arange(len(boxes)) + 1.0
    path = write_features(tmp_path / f"grid.{driver}", boxes, driver=driver, people=people)
    path = path.rename(tmp_path / "grid.data")
    demand = read_demand(path, places, JIYUAN)
    shapes = plane.shapes(np.array(boxes, dtype=object))
    inside = shapely.area(shapely.intersection(shapes, plane.shape(city)))
    expected = people * inside / shapely.area(shapes)
    assert demand.people == pytest.approx(expected.sum(), rel=1e-9)
    np.testing.assert_allclose(demand.cells.people, expected[expected > 0], rtol=1e-9)
    outlines = demand.cells.outlines.take(np.arange(len(demand.cells)))
    # Borders of the file's cells and of the city are straight in different planes: some dm.
    assert shapely.area(shapely.difference(shapely.union_all(outlines), city)) < 1e-6
    assert "the 2020 census 727,265" in demand.notes[-1].en


def test_a_projected_layer_is_reprojected(places, tmp_path):
    from pyproj import Transformer

    to_utm = Transformer.from_crs("EPSG:4326", "EPSG:32649", always_xy=True)
    x, y = to_utm.transform(LON, LAT)
    path = write_features(
        tmp_path / "utm.gpkg", [shapely.box(x, y, x + 1000, y + 1000)], crs="EPSG:32649", 人口=[7]
    )
    demand = read_demand(path, places, JIYUAN)
    assert demand.people == pytest.approx(7)
    assert demand.cells.size_m[0] == pytest.approx(1000, rel=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32649"])
def test_pixels_are_cut_exactly_at_the_border(places, tmp_path, city, crs):
    """Against a direct intersection of every pixel with the city, in the pixels' own plane."""
    from pyproj import Transformer

    to_crs = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    shape = shapely.transform(shapely.segmentize(city, 0.01), to_crs, interleaved=False)
    west, south, east, north = shape.bounds
    step = (east - west) / 30
    height = int((north - south) / step) + 3
    values = np.random.default_rng(5).uniform(0, 50, (height, 33))
    values[4:6, 4:9] = -99999.0
    path = write_raster(
        tmp_path / "pop.tif", values, west=west - step, north=north + step, step=step, crs=crs
    )
    demand = read_demand(path, places, JIYUAN)
    expected = 0.0
    for row, col in np.argwhere(values >= 0):
        x, y = west + (col - 1) * step, north - (row - 1) * step
        inside = shapely.intersection(shape, shapely.box(x, y - step, x + step, y))
        expected += float(np.float32(values[row, col])) * inside.area / step**2
    assert demand.people == pytest.approx(expected, rel=1e-9)
    outlines = demand.cells.outlines.take(np.arange(len(demand.cells)))
    assert shapely.is_valid(outlines).all()
    assert shapely.area(shapely.difference(shapely.union_all(outlines), city)) < 1e-7
    assert any("no data and counts as nobody" in note.en for note in demand.notes)


def test_a_grid_can_be_scaled_to_the_census_by_district(places, tmp_path):
    box = places.get("410200", "city").bbox
    step = 0.02
    height, width = int((box.north - box.south) / step) + 2, int((box.east - box.west) / step) + 2
    values = np.random.default_rng(7).uniform(1, 9, (height, width))
    path = write_raster(
        tmp_path / "pop.tif",
        values,
        west=box.west - step / 2,
        north=box.north + step / 2,
        step=step,
    )
    demand = read_demand(path, places, "410200", to_census=True)
    assert demand.people == pytest.approx(4_824_016, abs=1e-6)
    for place in places.districts_of("410200"):
        assert demand.by_district[place.adcode] == pytest.approx(place.people, abs=1e-6)
    assert "were scaled by district" in demand.notes[-1].en


def test_digests_tell_demand_apart(places, tmp_path):
    text = f"lon,lat,weight\n{LON},{LAT},"
    first, same, other = (
        read_demand(write_text(tmp_path / f"{n}.csv", text + weight), places, JIYUAN).digest
        for n, weight in enumerate(["5\n", "5\n", "6\n"])
    )
    assert first == same != other


def test_a_mask_of_the_users_divides_a_district(places, tmp_path):
    town = shapely.box(LON - 0.05, LAT - 0.05, LON + 0.05, LAT + 0.05)
    for driver in ("GPKG", "GeoJSON"):
        path = write_features(tmp_path / f"mask.{driver}", [town], driver=driver, name=["城"])
        mask = read_built_up(path)
        assert mask.outline.symmetric_difference(town).area < 1e-9
        assert path.name in mask.label.en
    demand = district_demand(places, JIYUAN, built_up=mask)
    assert [piece.stratum for piece in demand.spreads[0].pieces] == ["urban", "rural"]


def test_a_base_map_gives_a_coarse_mask_that_says_so(tmp_path, shared_data, places):
    assert base_map_built_up(tmp_path) is None
    mask = base_map_built_up(shared_data / "base" / "basemap")
    assert "coarse" in mask.label.en
    demand = district_demand(places, "410100", built_up=mask)
    assert demand.methods[1].value == mask.label
    uniform = next(note.en for note in demand.notes if "towns being absent" in note.en)
    assert "Xinzheng" in uniform
    assert sum(p.people for p in demand.spreads[0].pieces) == pytest.approx(12_600_574)


def refused(path, places, kind=InputError, **options):
    with pytest.raises(kind) as caught:
        read_demand(path, places, JIYUAN, **options)
    assert caught.value.text.zh
    return caught.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lon,lat,weight\n", "holds no demand"),
        (f"lon,lat,weight\n{LON},{LAT},0\n", "holds no demand"),
        (f"lon,lat,weight\n{LON},{LAT},1\n{LON},{LAT},-3\n", "the first is -3 in row 3"),
        (f"lon,lat,weight\n{LON},{LAT},nan\n", "the first is nan in row 2"),
        (
            f"lon,lat,weight\n{LON},{LAT},很多\n",
            "row 2: '很多' in the column 'weight' is no number",
        ),
        (f"lon,lat,weight\n{LON},{LAT},\n", "row 2: '' in the column 'weight' is no number"),
        (f"lon,lat,weight\n{LON},{LAT}\n", "row 2 cannot be read"),
        ("east,north\n1,2\n", "no columns of longitude and latitude"),
        (f"lon,lat\n{LON},95\n", "row 2: lat is out of range"),
        (f"lon,lat\n{LON},nan\n", "row 2: lat is not a finite number"),
        ("lon,lat\n113.66,34.75\n", "all demand lies outside Jiyuan"),
        (f"lon,lat,people,cell_m\n{LON},{LAT},1,0.5\n", "cells of 0.5 m make no sense"),
    ],
)
def test_bad_tables_are_refused_in_one_sentence(places, tmp_path, text, said):
    error = refused(write_text(tmp_path / "bad.csv", text), places)
    assert said in error.text.en


def test_an_empty_file_is_refused(places, tmp_path):
    refused(write_text(tmp_path / "empty.csv", ""), places)


def test_swapped_coordinates_are_refused(places, tmp_path):
    error = refused(write_text(tmp_path / "s.csv", f"lon,lat\n{LAT},{LON}\n"), places, SwappedError)
    assert "row 2" in error.text.en


def test_an_unknown_column_names_those_that_are_there(places, tmp_path):
    path = write_text(tmp_path / "x.csv", f"lon,lat,pop\n{LON},{LAT},5\n")
    error = refused(path, places, weight="poeple")
    assert "'poeple'" in error.text.en
    assert error.expected.en == "the columns are: lon, lat, pop"


def test_a_layer_without_crs_is_refused(places, tmp_path):
    with pytest.warns(UserWarning, match="crs"):
        path = write_features(
            tmp_path / "no.gpkg",
            [shapely.box(LON, LAT, LON + 0.1, LAT + 0.1)],
            crs=None,
            people=[1],
        )
    error = refused(path, places)
    assert "no coordinate reference system" in error.text.en
    assert read_demand(path, places, JIYUAN, datum="wgs84").people == pytest.approx(1)


def test_polygons_need_people_and_lines_are_none(places, tmp_path):
    box = shapely.box(LON, LAT, LON + 0.1, LAT + 0.1)
    path = write_features(tmp_path / "a.gpkg", [box], name=["x"])
    assert refused(path, places).expected.en == "the columns are: name"
    path = write_features(tmp_path / "b.gpkg", [box.exterior], people=[1])
    assert "Linestring" in refused(path, places).text.en


def test_bad_rasters_are_refused(places, tmp_path, monkeypatch):
    around = {"west": LON - 0.1, "north": LAT + 0.1, "step": 0.1}
    path = write_raster(tmp_path / "negative.tif", [[-5, 2], [3, 4]], **around)
    assert "1 negative or infinite pixel(s), such as -5" in refused(path, places).text.en
    path = write_raster(tmp_path / "crs.tif", np.ones((2, 2)), crs=None, **around)
    assert "no coordinate reference system" in refused(path, places).text.en
    path = write_raster(tmp_path / "far.tif", np.ones((2, 2)), west=80, north=40, step=0.1)
    assert "does not reach the city" in refused(path, places).text.en
    path = write_raster(tmp_path / "fine.tif", np.ones((2, 2)), **around)
    assert refused(path, places, datum="gcj02").parameter == "datum"
    path = write_raster(tmp_path / "tiny.tif", [[1]], west=LON, north=LAT, step=1e-6)
    assert "pixels lie in the city, more than 12,000,000" in refused(path, places).text.en
    path = tmp_path / "fine.tif"
    cut = tmp_path / "cut.tif"
    cut.write_bytes(path.read_bytes()[:120])
    refused(cut, places, SourceError)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    monkeypatch.setitem(sys.modules, "rasterio.errors", None)
    assert 'pip install "yizhan[raster]"' in refused(path, places, SetupError).text.en


def test_a_mask_without_polygons_is_refused(tmp_path):
    path = write_features(tmp_path / "a.gpkg", [shapely.Point(LON, LAT)], name=["x"])
    with pytest.raises(InputError, match="holds no polygons"):
        read_built_up(path)
    with pytest.raises(InputError, match="no GeoJSON or GeoPackage"):
        read_built_up(write_text(tmp_path / "a.csv", "lon,lat\n"))


def test_scaling_needs_demand_in_every_district(places, tmp_path):
    box = places.get("410202", "district").centre
    path = write_text(tmp_path / "x.csv", f"lon,lat,people\n{box.lon},{box.lat},5\n")
    with pytest.raises(InputError, match="has nobody in"):
        read_demand(path, places, "410200", to_census=True)


def test_a_sheet_of_a_workbook_is_read(places, tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "需求.xlsx") as book:
        for name, orders in (("一", 5), ("二", 8)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["经度", "纬度", "订单量"])
            sheet.write_row(1, 0, [LON, LAT, orders])
    assert read_demand(tmp_path / "需求.xlsx", places, JIYUAN).people == 5
    assert read_demand(tmp_path / "需求.xlsx", places, JIYUAN, layer="二").people == 8


def test_a_file_that_is_not_there_is_refused(places, tmp_path):
    error = refused(tmp_path / "nowhere.csv", places, SourceError)
    assert "nowhere.csv cannot be opened" in error.text.en
