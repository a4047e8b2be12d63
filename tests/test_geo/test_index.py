"""The index over real snapshots; the bounds that it rests on; its bounded work from afar."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pyproj import Geod

from geo.errors import NotFoundError
from geo.index import ANY, Filter, StationIndex
from geo.index.bulk import ARC_LIMIT_M
from geo.index.ecef import arc_m, ecef, ecef_array, longest_geodesic_m
from geo.index.far import FarSearch
from geo.position import BBox, Position

GEOD = Geod(ellps="WGS84")


def test_chord_and_circle_bound_every_geodesic():
    rng = np.random.default_rng(1)
    lon = rng.uniform(-180, 180, (2, 20_000))
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, 20_000))))
    near = rng.normal(0, 0.1, (2, 20_000))
    for x, y in ((lon[1], lat[1]), (lon[0] + near[0], np.clip(lat[0] + near[1], -90, 90))):
        _, _, geodesic = GEOD.inv(lon[0], lat[0], x, y)
        chord = np.linalg.norm(ecef_array(lon[0], lat[0]) - ecef_array(x, y), axis=1)
        assert (chord <= geodesic + 1e-8).all()
        assert (geodesic <= longest_geodesic_m(chord) + 1e-8).all()


def test_series_is_within_a_micrometre_up_to_its_limit():
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(-180, 180, 50_000), rng.uniform(-89.9, 89.9, 50_000)
    azimuth, distance = rng.uniform(0, 360, 50_000), rng.uniform(0, ARC_LIMIT_M, 50_000)
    x, y, _ = GEOD.fwd(lon, lat, azimuth, distance)
    _, _, geodesic = GEOD.inv(lon, lat, x, y)
    start, end = ecef_array(lon, lat), ecef_array(x, y)
    arcs = arc_m(start, end, np.linalg.norm(end - start, axis=1))
    assert np.abs(arcs - geodesic).max() < 1e-6
    assert ecef(113.66, 34.75) == pytest.approx(ecef_array([113.66], [34.75])[0].tolist())


@pytest.mark.parametrize(
    "origin",
    [
        (0.0, 51.5),
        (-74.0, 40.7),
        (-66.4, -34.7),
        (-67.0, -33.0),
        (0.0, 90.0),
        (10.0, -90.0),
        (158.1, 24.9),
    ],
)
def test_work_from_afar_is_bounded(origin):
    rng = np.random.default_rng(3)
    centres = rng.uniform((110.5, 31.5), (116.5, 36.3), (300, 2))
    spread = centres[rng.integers(0, 300, 60_000)] + rng.normal(0, 0.05, (60_000, 2))
    far = FarSearch(spread[:, 0].copy(), spread[:, 1].copy())
    candidates = far.nearest(*origin, 5)
    assert 5 <= len(candidates) < 4_000
    _, _, distances = GEOD.inv(*np.broadcast_to(origin, spread.shape).T, *spread.T)
    assert set(np.argsort(distances)[:5].tolist()) <= set(candidates.tolist())


def test_suspect_and_closed_stations_never_answer(shipped, street):
    for snapshot, count in ((shipped, 79), (street, 32)):
        index = StationIndex(snapshot)
        answers = index.nearest(Position(113.66, 34.75), k=100)
        assert len(answers) == count
        assert all(answer.station.answerable for answer in answers)
        rows, _ = index.nearest_many([113.66], [34.75], k=100)
        assert set(rows[0][rows[0] >= 0].tolist()) == set(np.flatnonzero(snapshot.answerable))


def test_filters_equal_brute_force_over_the_stations(street):
    index = StationIndex(street)
    origin = Position(113.68, 34.775)
    stations = [s for s in street.stations() if s.answerable]

    def distance(station):
        return GEOD.inv(*origin, *station.position)[2]

    filters = [
        ANY,
        Filter(frozenset({"rest_station"})),
        Filter(frozenset({"rest_station", "nursing_room"})),
        Filter(None, frozenset({"wifi"})),
        Filter(None, frozenset({"wifi"}), "exclude"),
        Filter(None, frozenset({"wifi", "hot_water"})),
        Filter(frozenset({"rider_station"}), frozenset({"wifi"}), "exclude"),
        Filter(frozenset({"driver_home"})),
        Filter(None, frozenset({"shower"}), "exclude"),
    ]
    for where in filters:
        kind = [s for s in stations if where.kinds is None or s.kind in where.kinds]
        known = [s for s in kind if s.facilities >= where.facilities]
        unknown = [s for s in kind if not s.facilities_known] if where.asks_unknown else []
        expected = [s.id for s in sorted(known, key=lambda s: (distance(s), s.id))]
        expected += [s.id for s in sorted(unknown, key=lambda s: (distance(s), s.id))]
        for k in (1, 4, 100):
            found = index.nearest(origin, k=k, where=where)
            assert [neighbor.station.id for neighbor in found] == expected[:k]
            unknown_answers = sum(neighbor.match == "unknown" for neighbor in found)
            assert unknown_answers == max(0, min(k, len(expected)) - len(known))


def test_searches_in_memory_stay_bounded(street):
    index = StationIndex(street)
    codes = ["hot_water", "wifi", "toilet", "microwave", "shower", "kettle", "sofa"]
    for code in codes:
        index.nearest(Position(113.6, 34.7), where=Filter(None, frozenset({code})))
        assert sum(map(len, index._searches.values())) <= 3 * len(street)


def test_threads_get_the_same_answers(shipped):
    index = StationIndex(shipped)
    origins = [Position(113.4 + i / 100, 34.7) for i in range(60)]
    alone = [index.nearest_rows(*origin) for origin in origins]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda o: StationIndex(shipped).nearest_rows(*o), origins[:5]))
        again = list(pool.map(lambda o: index.nearest_rows(*o), origins))
    assert again == alone
    assert together == alone[:5]


def test_within_a_box_and_across_the_antimeridian(shipped):
    index = StationIndex(shipped)
    box = BBox(113.6, 34.7, 113.7, 34.8)
    expected = {
        s.id
        for s in shipped.stations()
        if s.answerable and 113.6 <= s.position.lon <= 113.7 and 34.7 <= s.position.lat <= 34.8
    }
    assert {station.id for station in index.within(box)} == expected
    assert len(expected) > 10
    # East of 113.7 round the Earth to 113.6: everything that the box above leaves out.
    rest = index.within(BBox(113.7, 34.7, 113.6, 34.8))
    band = {s.id for s in shipped.stations() if s.answerable and 34.7 <= s.position.lat <= 34.8}
    assert {station.id for station in rest} == band - expected
    assert index.within(BBox(0, 0, 1, 1)) == []


def test_unknown_id(shipped):
    with pytest.raises(NotFoundError):
        shipped.row_of("410102-9999")
    assert [shipped.row_of(s.id) for s in shipped.stations()] == list(range(len(shipped)))
