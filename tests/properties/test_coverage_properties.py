"""Coverage by faces equals coverage by brute force, by arcs of circles, and by random points."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.areas import circles
from geo.coverage.faces import faces_of
from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.coverage.reach import StraightLine
from geo.demand import district_demand
from geo.geodesic import GEOD
from geo.planning.model import Threshold

CITY = "410600"


@pytest.fixture(scope="module")
def land(places):
    return land_of(places, places.get(CITY), district_demand(places, CITY))


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_reached_is_the_union_of_circles(places, land, data):
    city = places.get(CITY)
    count = data.draw(st.integers(1, 12))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    # Around the border too: what lies outside reaches in, what it reaches outside does not count.
    west, south, east, north = city.bbox
    lon = rng.uniform(west - 0.01, west + (east - west) / 6, count)
    lat = rng.uniform(south, south + (north - south) / 6, count)
    lon[0], lat[0] = city.centre
    radius_m = data.draw(st.sampled_from([500.0, 1000.0, 5000.0]))
    certain = rng.random(count) < 0.6
    possible = ~certain & (rng.random(count) < 0.5)
    found = Measurer(lon, lat, land, city).covered(certain, possible, Threshold(radius_m=radius_m))

    drawn = circles(lon, lat, radius_m, land.plane)
    for adcode, covered in zip([CITY, *(d.adcode for d in land.districts)], found, strict=True):
        parts = [p for p in land.parts if adcode in (CITY, p.district)]
        once = [_reached(drawn[mask], parts) for mask in (certain, certain | possible)]
        twice = [_reached(_pairs(drawn[mask]), parts) for mask in (certain, certain | possible)]
        assert covered.adcode == adcode
        assert covered.area == pytest.approx([each[0] for each in once], abs=1e-5)
        assert covered.people == pytest.approx([each[1] for each in once], abs=0.05)
        assert covered.area_backup == pytest.approx([each[0] for each in twice], abs=1e-5)
        assert covered.people_backup == pytest.approx([each[1] for each in twice], abs=0.05)


def _pairs(drawn):
    pairs = [a.intersection(b) for nth, a in enumerate(drawn) for b in drawn[:nth]]
    return np.array(pairs, dtype=object)


def _reached(drawn, parts):
    whole = shapely.union_all(drawn)
    areas = [(whole.intersection(part.shape).area, part.per_m2[0]) for part in parts]
    return sum(area for area, _ in areas) / 1e6, sum(area * density for area, density in areas)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_areas_are_those_of_circles_proper(land, data):
    count = data.draw(st.integers(1, 30))
    radius_m = data.draw(st.sampled_from([300.0, 500.0, 1000.0, 5000.0]))
    apart = data.draw(st.sampled_from([0.2, 1.0, 4.0]))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    x, y = rng.normal(0, apart * radius_m, (2, count))
    if count > 1:  # two circles that hardly meet
        x[1], y[1] = x[0] + radius_m * data.draw(st.sampled_from([1.9, 1.99, 1.9999])), y[0]
    exact = _areas_by_arcs(x, y, radius_m)
    found = _areas_by_faces(land, x, y, radius_m)
    # To 0.1 % of what is reached, once and twice: fifty times less, in fact.
    assert found == pytest.approx(exact, abs=2e-5 * exact[0])


@pytest.mark.parametrize("apart", [0.3, 1.0, 1.7])
def test_two_circles_have_the_area_that_geometry_books_give(land, apart):
    radius_m, d = 1000.0, apart * 1000.0
    lens = 2 * radius_m**2 * math.acos(apart / 2) - d / 2 * math.sqrt(4 * radius_m**2 - d**2)
    union = 2 * math.pi * radius_m**2 - lens
    x, y = np.array([0.0, d]), np.zeros(2)
    assert _areas_by_arcs(x, y, radius_m) == pytest.approx([union, lens])
    assert _areas_by_faces(land, x, y, radius_m) == pytest.approx([union, lens], rel=1e-4)


def test_three_circles_follow_inclusion_and_exclusion(land):
    # Centres an equal side apart: what all three have in common is a triangle of arcs.
    radius_m = side = 1000.0
    x, y = np.array([0.0, side, side / 2]), np.array([0.0, 0.0, side * math.sqrt(3) / 2])
    circle, reuleaux = math.pi * radius_m**2, (math.pi - math.sqrt(3)) / 2 * side**2
    lens = (2 * math.pi / 3 - math.sqrt(3) / 2) * radius_m**2
    exact = [3 * circle - 3 * lens + reuleaux, 3 * lens - 2 * reuleaux]
    assert _areas_by_faces(land, x, y, radius_m) == pytest.approx(exact, rel=1e-4)


def test_random_points_are_reached_as_often_as_they_are_near(land):
    rng = np.random.default_rng(3)
    x, y = rng.normal(0, 2000.0, (2, 25))
    lon, lat = land.plane.lon_lat(x, y)
    faces = faces_of(lon, lat, StraightLine(1000.0), land)
    times = faces.counts(np.ones(len(x), dtype=bool))
    at = rng.uniform(-6000, 6000, (2, 20_000))
    at_lon, at_lat = land.plane.lon_lat(*at)
    away = np.array(
        [
            GEOD.inv(np.full(20_000, a), np.full(20_000, b), at_lon, at_lat)[2]
            for a, b in zip(lon, lat, strict=True)
        ]
    )
    near = (away <= 1000.0).sum(axis=0)
    point, face = shapely.STRtree(faces.shapes).query(shapely.points(*at), predicate="intersects")
    reached = np.zeros(20_000, dtype=np.intp)
    reached[point] = times[face]
    # A 64-gon as large as its circle strays from it by 0.8 m outwards and 0.4 m inwards.
    on_edge = np.abs(away - 1000.0).min(axis=0) < 1.0
    assert (reached == near)[~on_edge].all()
    assert on_edge.sum() < 200


def _areas_by_faces(land, x, y, radius_m):
    lon, lat = land.plane.lon_lat(x, y)
    faces = faces_of(lon, lat, StraightLine(radius_m), land)
    times, area = faces.counts(np.ones(len(x), dtype=bool)), shapely.area(faces.shapes)
    return [area[times >= least].sum() for least in (1, 2)]


def _areas_by_arcs(x, y, radius_m):
    """What circles cover once and twice at least, by Green's theorem along their arcs.

    The border of what is covered k times at least is made of the arcs that lie in just k - 1 of
    the other circles.
    """
    areas = [0.0, 0.0]
    for nth in range(len(x)):
        dx, dy = np.delete(x - x[nth], nth), np.delete(y - y[nth], nth)
        apart = np.hypot(dx, dy)
        meets = apart < 2 * radius_m
        middle = np.arctan2(dy[meets], dx[meets])
        half = np.arccos(apart[meets] / (2 * radius_m))
        start, end = (middle - half) % (2 * math.pi), (middle + half) % (2 * math.pi)
        turns = sorted([*((a, 1) for a in start), *((a, -1) for a in end), (2 * math.pi, 0)])
        inside, before = int((start > end).sum()), 0.0
        for angle, step in turns:
            if inside < 2:
                areas[inside] += _under_arc(x[nth], y[nth], radius_m, before, angle)
            inside, before = inside + step, angle
    return areas


def _under_arc(x, y, radius_m, start, end):
    across = x * (math.sin(end) - math.sin(start)) - y * (math.cos(end) - math.cos(start))
    return radius_m / 2 * (radius_m * (end - start) + across)
