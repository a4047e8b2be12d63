"""Coverage by faces equals coverage by brute force: unions of circles, lens by lens."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.areas import circles
from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.demand import district_demand
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
