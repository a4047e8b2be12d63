"""Reach, the seam behind which a street network can stand, and what is too much to measure."""

import math

import numpy as np
import pytest
import shapely

from geo.coverage.faces import faces_of
from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.coverage.model import Threshold
from geo.coverage.reach import StraightLine
from geo.demand import district_demand
from geo.errors import InputError
from geo.geodesic import GEOD, inverse
from geo.travel import TRAVELS

CITY = "410600"


@pytest.fixture(scope="module")
def land(places):
    return land_of(places, places.get(CITY), district_demand(places, CITY))


def test_pairs_are_those_whose_geodesic_is_no_longer_than_the_radius():
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(113.6, 113.7, 60), rng.uniform(34.7, 34.8, 60)
    at_lon, at_lat = rng.uniform(113.6, 113.7, 500), rng.uniform(34.7, 34.8, 500)
    point, station = StraightLine(1500.0).pairs(lon, lat, at_lon, at_lat)
    away = np.array([inverse(*at, lon, lat)[0] for at in zip(at_lon, at_lat, strict=True)])
    assert sorted(zip(point.tolist(), station.tolist(), strict=True)) == list(
        zip(*(axis.tolist() for axis in np.nonzero(away <= 1500.0)), strict=True)
    )
    assert len(point) > 500


def test_a_point_on_the_circle_is_reached():
    lon, lat, _ = GEOD.fwd(np.full(8, 113.6), np.full(8, 34.7), np.arange(0, 360, 45), [800.0] * 8)
    here = np.array([113.6]), np.array([34.7])
    assert len(StraightLine(800.0).pairs(*here, np.array(lon), np.array(lat))[0]) == 8
    assert not len(StraightLine(799.99).pairs(*here, np.array(lon), np.array(lat))[0])


def test_stations_at_one_place_are_backup_for_each_other(places, land):
    city = places.get(CITY)
    lon, lat = (np.full(3, degrees) for degrees in city.centre)
    everyone, nobody = np.ones(3, dtype=bool), np.zeros(3, dtype=bool)
    whole = Measurer(lon, lat, land, city).covered(everyone, nobody, Threshold(radius_m=500.0))[0]
    assert whole.area.low == whole.area_backup.low == pytest.approx(math.pi / 4, rel=1e-5)
    one = np.array([True, False, False])
    whole = Measurer(lon, lat, land, city).covered(one, ~one, Threshold(radius_m=500.0))[0]
    assert whole.area_backup.low == 0.0
    assert whole.area.low == whole.area.high == whole.area_backup.high


class _Blocks:
    """Reach in a town of square blocks: so many metres north or south, and east or west."""

    def __init__(self, side_m):
        self.side_m = side_m

    def areas(self, lon, lat, plane):
        x, y = plane.xy(lon, lat)
        half = self.side_m / 2
        return shapely.box(x - half, y - half, x + half, y + half)

    def pairs(self, lon, lat, point_lon, point_lat):
        return StraightLine(self.side_m / 2).pairs(lon, lat, point_lon, point_lat)


def test_another_way_to_reach_stands_behind_the_same_seam(places, land):
    city = places.get(CITY)
    asked = []

    def blocks(threshold):
        asked.append(threshold.minutes)
        return _Blocks(side_m=threshold.minutes * 100.0)

    lon, lat = (np.array([degrees]) for degrees in city.centre)
    measurer = Measurer(lon, lat, land, city, reach_of=blocks)
    walk = Threshold(radius_m=923.0, minutes=15.0, mode="walk")
    whole, *_ = measurer.covered(np.array([True]), np.array([False]), walk)
    assert whole.area.low == pytest.approx(1.5**2)
    assert set(asked) == {15.0}


def test_a_radius_at_which_everything_overlaps_is_refused_before_it_is_measured(places, land):
    rng = np.random.default_rng(4)
    lon, lat = np.array(places.get(CITY).centre)[:, None] + rng.normal(0, 0.05, (2, 800))
    with pytest.raises(InputError, match="the service areas of 800 stations overlap in") as told:
        faces_of(lon, lat, StraightLine(50_000.0), land)
    assert told.value.parameter == "radius"
    assert "smaller radius" in told.value.expected.en


@pytest.mark.parametrize("mode", ["walk", "ride"])
def test_minutes_and_metres_are_each_others_inverse(mode):
    travel = TRAVELS[mode]
    assert travel.metres(travel.seconds(1234.5)) == pytest.approx(1234.5)
    assert TRAVELS["walk"].metres(15 * 60) == pytest.approx(923.08, abs=0.01)
