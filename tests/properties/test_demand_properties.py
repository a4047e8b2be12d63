"""People of cells equal a direct intersection, and no total changes on the way."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.demand import BuiltUp, district_demand, read_demand
from geo.demand.raster import _Frame
from geo.demand.tiles import split, squares, tiled
from geo.plane import Plane
from geo.text import Text

JIYUAN, KAIFENG = "419001", "410200"
seeds = st.integers(0, 2**32 - 1)


def blob(rng: np.random.Generator, scale: float) -> shapely.Geometry:
    """Up to four overlapping stars, perhaps with a hole: any valid polygon or multipolygon."""
    stars = []
    for _ in range(rng.integers(1, 5)):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 40)))
        radius = rng.uniform(0.05, 1.0, len(angles)) * scale
        centre = rng.uniform(-2 * scale, 2 * scale, 2)
        corners = centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
        stars.append(shapely.make_valid(shapely.Polygon(corners)))
    shape = shapely.union_all(stars)
    if rng.random() < 0.5:
        shape = shape.difference(shapely.Point(centre).buffer(0.3 * scale))
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([1.0, 100.0, 250.0]), st.sampled_from([2, 4, 5]))
def test_tiles_are_the_intersections_with_all_squares(seed, size, factor):
    shape = blob(np.random.default_rng(seed), 4 * size)
    for tiles in (tiled(shape, size), split(tiled(shape, size), factor)):
        step = tiles.size
        low = np.floor(np.array(shape.bounds[:2]) / step).astype(int) if not shape.is_empty else 0
        high = np.ceil(np.array(shape.bounds[2:]) / step).astype(int) if not shape.is_empty else 0
        if shape.is_empty:
            assert len(tiles) == 0
            continue
        col, row = (
            axis.ravel()
            for axis in np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        )
        area = shapely.area(shapely.intersection(shape, squares(col, row, step)))
        expected = dict(zip(zip(col.tolist(), row.tolist(), strict=True), area, strict=True))
        found = dict(
            zip(zip(tiles.col.tolist(), tiles.row.tolist(), strict=True), tiles.area, strict=True)
        )
        assert len(found) == len(tiles)
        for place, direct in expected.items():
            assert found.get(place, 0.0) == pytest.approx(direct, abs=1e-7 * step**2)
        assert set(found) <= set(expected)


@settings(max_examples=6, deadline=None)
@given(seeds, st.sampled_from([250, 500]), st.booleans())
def test_every_district_keeps_its_people_whatever_is_built_up(places, seed, fine_m, with_mask):
    rng = np.random.default_rng(seed)
    box = places.get(KAIFENG, "city").bbox
    centres = rng.uniform((box.west, box.south), (box.east, box.north), (6, 2))
    mask = shapely.union_all([shapely.Point(c).buffer(rng.uniform(0.001, 0.1)) for c in centres])
    near = rng.uniform((box.west, box.south), (box.east, box.north), (20, 2)).T
    built_up = BuiltUp(mask, Text("镇", "towns")) if with_mask else None
    demand = district_demand(
        places, KAIFENG, built_up=built_up, near=(near[0], near[1]), fine_m=fine_m
    )
    of_cells = dict(zip(demand.cells.adcodes, demand.cells.by_district(), strict=True))
    for place in places.districts_of(KAIFENG):
        assert of_cells[place.adcode] == pytest.approx(place.people, abs=1e-6)
        for spread in demand.spreads:
            people = sum(p.people for p in spread.pieces if p.district == place.adcode)
            assert people == pytest.approx(place.people, abs=1e-6)
            area = sum(p.area_m2 for p in spread.pieces if p.district == place.adcode)
            assert area == pytest.approx(district_m2(places, place.adcode), rel=1e-6)
    whole = demand.cells.whole_people()
    assert np.abs(whole - demand.cells.people).max() < 1.0
    for number, code in enumerate(demand.cells.adcodes):
        assert whole[demand.cells.district == number].sum() == places.get(code, "district").people


def district_m2(places, adcode: str) -> float:
    plane = Plane(places.get(KAIFENG, "city").centre)
    return plane.shape(places.outline(adcode, "district")).area


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(1, 60), st.sampled_from([50.0, 800.0, 20_000.0]))
def test_a_users_cells_keep_their_share_inside_the_city(
    places, tmp_path_factory, seed, count, side_m
):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    city = places.get(KAIFENG, "city")
    box, plane = city.bbox, Plane(city.centre)
    lon = np.append(rng.uniform(box.west, box.east, count), city.centre.lon).round(7)
    lat = np.append(rng.uniform(box.south, box.north, count), city.centre.lat).round(7)
    people = rng.integers(0, 1000, count + 1)
    people[-1] = 7
    path = tmp_path_factory.mktemp("cells") / "cells.csv"
    rows = [f"{x},{y},{n}" for x, y, n in zip(lon, lat, people, strict=True)]
    path.write_text("\n".join(["lon,lat,people", *rows]) + "\n", encoding="utf-8")
    demand = read_demand(path, places, KAIFENG, cell_m=side_m)
    x, y = plane.xy(lon, lat)
    shapes = shapely.box(x - side_m / 2, y - side_m / 2, x + side_m / 2, y + side_m / 2)
    for place in places.districts_of(city):
        outline = plane.shape(places.outline(place.adcode, "district"))
        inside = shapely.area(shapely.intersection(shapes, outline)) / side_m**2
        # The file's cells go to degrees and back: decimetres of a long side.
        assert demand.by_district[place.adcode] == pytest.approx(
            people @ inside, abs=0.05, rel=1e-4
        )


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from(["EPSG:4326", "EPSG:32649", "EPSG:3857", "ESRI:54009"]))
def test_pixels_and_degrees_are_each_others_inverse(seed, crs):
    rng = np.random.default_rng(seed)
    affine = (*rng.uniform(0.5, 2.0, 2), *rng.uniform(-9, 9, 1), *rng.uniform(-2.0, -0.5, 2), 3.0)
    frame = _Frame(crs, affine)
    lon, lat = rng.uniform(110, 116, 9), rng.uniform(32, 36, 9)
    pixels = frame.pixels(shapely.MultiPoint(np.column_stack([lon, lat])))
    back = frame.lon_lat(*shapely.get_coordinates(pixels).T)
    np.testing.assert_allclose(back, [lon, lat], atol=1e-9)
