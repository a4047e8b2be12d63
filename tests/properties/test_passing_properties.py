"""The nearest that pass a filter of the moment equal brute force over the ellipsoid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.index import nearest
from geo.index.nearest import NearestSearch, Passing

GEOD = Geod(ellps="WGS84")
SETTINGS = settings(max_examples=80, deadline=None)


def cluster(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(113.6, 0.5, count), rng.normal(34.7, 0.4, count)


def brute(lon, lat, x, y, k, passes) -> list[tuple[float, int]]:
    _, _, distances = GEOD.inv(np.full(len(x), lon), np.full(len(y), lat), x, y)
    ranked = sorted(zip(distances.tolist(), range(len(x)), strict=True))
    return [hit for hit in ranked if passes(hit[1], hit[0])][:k]


@SETTINGS
@given(
    count=st.sampled_from([1, 5, 450, 3_000]),
    share=st.sampled_from([0.0, 0.001, 0.05, 0.5, 1.0]),
    seed=st.integers(0, 1_000),
    origin=st.one_of(
        st.tuples(st.floats(112.0, 115.0), st.floats(33.0, 36.0)),
        st.tuples(st.floats(-180.0, 180.0), st.floats(-90.0, 90.0)),
    ),
    k=st.sampled_from([1, 5, 20]),
    own_tree=st.sampled_from([0.0, 0.1, 1.0]),
    reach_m=st.one_of(st.none(), st.floats(1_000.0, 200_000.0)),
)
def test_the_nearest_that_pass(count, share, seed, origin, k, own_tree, reach_m):
    x, y = cluster(count, seed)
    mask = np.random.default_rng(seed + 1).random(count) < share
    accept = None if reach_m is None else lambda row, distance_m: distance_m > reach_m or row % 2
    # The ways through the search depend on a figure that a test may move, answers do not.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "_OWN_TREE", own_tree)
        patch.setattr(nearest, "_FLAT", 20)
        search = NearestSearch(np.arange(count), x, y)
        found = search.nearest(*origin, k, passing=Passing(mask, accept))
    expected = brute(
        *origin,
        x,
        y,
        k,
        lambda row, distance_m: mask[row] and (accept is None or accept(row, distance_m)),
    )
    assert [hit[0] for hit in found] == pytest.approx([hit[0] for hit in expected], abs=1e-6)
    assert [hit[1] for hit in found] == [hit[1] for hit in expected]


def test_rows_and_points_are_told_apart():
    x, y = cluster(1_000, 3)
    rows = np.arange(1_000) * 7
    mask = np.zeros(1_000, dtype=bool)
    mask[[4, 900]] = True
    found = NearestSearch(rows, x, y).nearest(113.6, 34.7, 5, passing=Passing(mask))
    assert {hit[1] for hit in found} == {28, 6_300}
