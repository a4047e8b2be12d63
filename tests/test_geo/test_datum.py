"""The three datums: known values, round trips up to the border, identity beyond it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.datum import convert, convert_position
from geo.geodesic import GEOD
from geo.station import DATUMS

SHIFTED = ("gcj02", "bd09")
ABROAD = {
    "Seoul": (126.978, 37.5665),
    "Ulaanbaatar": (106.905, 47.886),
    "Hanoi": (105.834, 21.028),
    "Taipei": (121.565, 25.033),
    "Hong Kong": (114.169, 22.319),
    "Macao": (113.543, 22.187),
}


def error_m(a, b) -> np.ndarray:
    return GEOD.inv(a[0], a[1], b[0], b[1])[2]


def test_known_values():
    assert convert_position(116.404, 39.915, source="wgs84", target="gcj02") == pytest.approx(
        (116.410244499, 39.916404282), abs=1e-8
    )
    assert convert_position(116.404, 39.915, source="gcj02", target="bd09") == pytest.approx(
        (116.41036949, 39.92133699), abs=1e-7
    )


@pytest.mark.parametrize("city", ABROAD)
@pytest.mark.parametrize("datum", SHIFTED)
def test_identity_outside_the_mainland(city, datum):
    position = ABROAD[city]
    assert convert_position(*position, source="wgs84", target=datum) == position
    assert convert_position(*position, source=datum, target="wgs84") == position


@pytest.mark.parametrize("datum", SHIFTED)
def test_every_mainland_point_comes_back_also_at_the_border(places, datum):
    rng = np.random.default_rng(1)
    corners = shapely.get_coordinates(places.mainland)
    at_border = corners[rng.integers(0, len(corners), 60_000)] + rng.normal(0, 0.006, (60_000, 2))
    inland = rng.uniform((75, 20), (132, 52), (20_000, 2))
    points = np.concatenate([at_border, inland])
    lon, lat = points[shapely.intersects_xy(places.mainland, *points.T)].T
    assert len(lon) > 30_000
    shifted = convert(lon, lat, source="wgs84", target=datum)
    assert error_m((lon, lat), shifted).min() > 1.0
    back = convert(*shifted, source=datum, target="wgs84")
    assert error_m((lon, lat), back).max() < 1e-6


@pytest.mark.parametrize(("datum", "shift_m"), [("gcj02", 720.0), ("bd09", 1550.0)])
def test_outside_only_values_of_two_owners_do_not_come_back(places, datum, shift_m):
    rng = np.random.default_rng(2)
    corners = shapely.get_coordinates(places.mainland)
    points = corners[rng.integers(0, len(corners), 60_000)] + rng.normal(0, 0.02, (60_000, 2))
    lon, lat = points[~shapely.intersects_xy(places.mainland, *points.T)].T
    value = convert(lon, lat, source="wgs84", target=datum)
    assert np.array_equal(value, (lon, lat))
    back = convert(*value, source=datum, target="wgs84")
    errors = error_m((lon, lat), back)
    moved = errors > 1e-6
    # Each of these came back to a mainland point that has the same value: the other owner.
    assert shapely.intersects_xy(places.mainland, back[0][moved], back[1][moved]).all()
    again = convert(back[0][moved], back[1][moved], source="wgs84", target=datum)
    assert error_m((lon[moved], lat[moved]), again).max() < 1e-6
    assert errors.max() < shift_m


@settings(max_examples=300, deadline=None)
@given(
    lon=st.floats(70, 140), lat=st.floats(15, 56),
    source=st.sampled_from(DATUMS), target=st.sampled_from(DATUMS),
)  # fmt: skip
def test_one_position_is_converted_as_in_an_array(lon, lat, source, target):
    one = convert_position(lon, lat, source=source, target=target)
    many = convert([lon], [lat], source=source, target=target)
    assert one == pytest.approx((many[0][0], many[1][0]), abs=1e-11)


def test_offsets_are_of_the_known_size():
    for lon, lat in (
        (113.66, 34.75),
        (116.4, 39.9),
        (121.47, 31.23),
        (104.07, 30.67),
        (113.26, 23.13),
    ):
        gcj02 = convert_position(lon, lat, source="wgs84", target="gcj02")
        bd09 = convert_position(lon, lat, source="wgs84", target="bd09")
        assert 265 <= GEOD.inv(lon, lat, *gcj02)[2] <= 720
        assert 900 <= GEOD.inv(lon, lat, *bd09)[2] <= 1500
