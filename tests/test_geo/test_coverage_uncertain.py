"""The band of a ratio when positions are displaced, against every displaced set measured anew."""

from dataclasses import replace

import numpy as np
import pytest

from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.coverage.uncertain import Displaced, position_band
from geo.demand import district_demand
from geo.geodesic import GEOD
from geo.planning.model import Threshold
from geo.planning.parameters import Parameters
from geo.planning.plan import plan_city
from geo.snapshot import SnapshotFolder

ASKED = Parameters(radii_m=(1000.0,), moments=(), next_sites=0)
ERROR_M = 400.0
CITY = "419001"


def test_the_band_is_that_of_displaced_stations(places):
    city = places.get(CITY, "city")
    land = land_of(places, city, district_demand(places, CITY))
    rng = np.random.default_rng(7)
    lon, lat = (np.array(city.centre)[:, None] + rng.normal(0, 0.02, (2, 12))).tolist()
    lon, lat = np.array(lon), np.array(lat)
    errors = [ERROR_M if nth % 2 else None for nth in range(12)]
    all_of_them, none = np.ones(12, dtype=bool), np.zeros(12, dtype=bool)

    def ratio(lon, lat):
        measurer = Measurer(lon, lat, land, city)
        return measurer.covered(all_of_them, none, Threshold(radius_m=1000.0))[0].people_ratio.low

    ratios = []
    for _ in range(150):
        # A Rayleigh distance whose median is the error.
        distance = ERROR_M * np.sqrt(np.log(1 / rng.random(12)) / np.log(2))
        distance[::2] = 0.0
        x, y, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, 12), distance)
        ratios.append(ratio(np.array(x), np.array(y)))
    low, high = np.quantile(ratios, (0.05, 0.95))
    stations = Displaced(np.column_stack(land.plane.xy(lon, lat)), errors)
    band = position_band(ratio(lon, lat), stations, 1000.0, land, seed=1)
    assert band.low == pytest.approx(low, abs=0.2 * (high - low))
    assert band.high == pytest.approx(high, abs=0.2 * (high - low))


@pytest.fixture(scope="module")
def stations(shipped):
    """A few stations, half of them of known error."""
    own = [each for each in shipped.stations() if each.district == "410181"]
    return [
        replace(each, position_error_m=ERROR_M if nth % 2 else None) for nth, each in enumerate(own)
    ]


def test_those_of_unknown_error_are_counted_and_the_seed_decides(
    stations, shipped, places, tmp_path
):
    snapshot = SnapshotFolder(tmp_path).publish(stations, shipped.info)
    found = [
        plan_city(snapshot, places, "郑州", parameters=replace(ASKED, seed=seed)).coverages[0]
        for seed in (1, 1, 2)
    ]
    assert found[0].unmeasured == sum(each.position_error_m is None for each in stations)
    bands = [each.position_band for each in found]
    assert bands[0] == bands[1] != bands[2]
    assert bands[0].low < found[0].city.people_ratio.low < bands[0].high


def test_without_a_known_error_there_is_no_band(shipped, places):
    whole = plan_city(shipped, places, "郑州", parameters=ASKED).coverages[0]
    assert whole.position_band is None
    assert whole.unmeasured == whole.stations
