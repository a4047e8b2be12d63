"""Every answer of the index equals brute force over the ellipsoid."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.index.bulk import BulkSearch
from geo.index.nearest import NearestSearch

GEOD = Geod(ellps="WGS84")
SETTINGS = settings(max_examples=60, deadline=None)

KINDS = ("globe", "henan", "coincident", "polar", "antimeridian", "line")
lons = st.floats(-180.0, 180.0)
lats = st.floats(-90.0, 90.0)


def points(kind: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    match kind:
        case "globe":
            return rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
        case "henan":
            centres = rng.uniform((110.5, 31.5), (116.5, 36.3), (max(count // 50, 1), 2))
            spread = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.03, (count, 2))
            return spread[:, 0], spread[:, 1]
        case "coincident":
            return np.repeat(113.66, count), np.repeat(34.75, count)
        case "polar":
            return rng.uniform(-180, 180, count), 90.0 - np.abs(rng.normal(0, 0.5, count))
        case "antimeridian":
            return (rng.normal(180, 0.4, count) + 180) % 360 - 180, rng.normal(-17, 0.4, count)
        case _:
            return np.linspace(100.0, 120.0, count), np.full(count, 34.0)


def brute(lon, lat, x, y, k) -> tuple[list[int], list[float]]:
    _, _, distances = GEOD.inv(np.full(len(x), lon), np.full(len(y), lat), x, y)
    order = np.lexsort((np.arange(len(x)), distances))[:k]
    return order.tolist(), distances[order].tolist()


def check(search: NearestSearch, x, y, lon, lat, k) -> None:
    rows, distances = brute(lon, lat, x, y, k)
    found = search.nearest(lon, lat, k)
    assert [hit[0] for hit in found] == pytest.approx(distances, abs=1e-6)
    for hit, row, distance in zip(found, rows, distances, strict=True):
        # Two stations nearer to each other than 20 nm in distance may change places.
        ties = sum(abs(other - distance) < 2e-8 for other in distances)
        assert hit[1] == row or ties > 1


def search_of(x: np.ndarray, y: np.ndarray) -> NearestSearch:
    return NearestSearch(np.arange(len(x)), x, y)


@SETTINGS
@given(
    kind=st.sampled_from(KINDS),
    count=st.sampled_from([1, 2, 7, 401, 700]),
    seed=st.integers(0, 10_000),
    lon=lons,
    lat=lats,
    k=st.sampled_from([1, 2, 5, 20, 100]),
)
def test_any_position_on_earth(kind, count, seed, lon, lat, k):
    x, y = points(kind, count, seed)
    check(search_of(x, y), x, y, lon, lat, min(k, count))


@SETTINGS
@given(
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 10_000),
    nth=st.integers(0, 799),
    shift=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    antipode=st.booleans(),
    k=st.sampled_from([1, 5, 17]),
)
def test_beside_the_points_and_beside_their_antipodes(kind, seed, nth, shift, antipode, k):
    x, y = points(kind, 800, seed)
    lon, lat = float(x[nth]), float(y[nth])
    if antipode:
        lon, lat = (lon + 360.0) % 360.0 - 180.0, -lat
    lon = (lon + shift[0] + 180.0) % 360.0 - 180.0
    check(search_of(x, y), x, y, lon, max(-90.0, min(90.0, lat + shift[1])), k)


@SETTINGS
@given(seed=st.integers(0, 1000), lon=lons, lat=lats, within_m=st.floats(1.0, 2.1e7))
def test_within_m(seed, lon, lat, within_m):
    x, y = points("globe", 500, seed)
    _, distances = brute(lon, lat, x, y, 10)
    found = search_of(x, y).nearest(lon, lat, 10, within_m)
    assert len(found) == sum(distance <= within_m for distance in distances)


def test_k_larger_than_n_and_no_point_at_all():
    x, y = points("henan", 7, 1)
    assert len(search_of(x, y).nearest(113.0, 34.0, 20)) == 7
    empty = search_of(np.empty(0), np.empty(0))
    assert empty.nearest(113.0, 34.0, 5) == []


def test_ties_are_answered_by_row():
    x, y = points("coincident", 900, 1)
    found = search_of(x, y).nearest(113.7, 34.8, 6)
    assert [row for _, row, _ in found] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [1, 3])
def test_bulk_equals_one_by_one(kind, k):
    x, y = points(kind, 900, 3)
    rng = np.random.default_rng(8)
    near = points(kind, 300, 4)
    lon = np.concatenate([near[0], rng.uniform(-180, 180, 40)])
    lat = np.concatenate([near[1], rng.uniform(-90, 90, 40)])
    one = search_of(x, y)
    rows, distances = BulkSearch(np.arange(len(x)), x, y, one).nearest(lon, lat, k)
    for i in range(len(lon)):
        _, expected = brute(lon[i], lat[i], x, y, k)
        assert distances[i].tolist() == pytest.approx(expected, abs=1e-6)
        _, _, measured = GEOD.inv(np.full(k, lon[i]), np.full(k, lat[i]), x[rows[i]], y[rows[i]])
        assert measured.tolist() == pytest.approx(expected, abs=1e-6)


def test_bulk_of_nothing_says_so():
    one = search_of(np.empty(0), np.empty(0))
    rows, distances = BulkSearch(np.empty(0, int), np.empty(0), np.empty(0), one).nearest(
        np.array([1.0]), np.array([2.0]), 2
    )
    assert rows.tolist() == [[-1, -1]]
    assert distances.tolist() == [[math.inf, math.inf]]
