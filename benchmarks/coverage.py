"""The standard set of a city: every lens at 500 m and 1 km, once and twice, against GeoPandas.

``scripts/bench coverage [--quick]``
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.data import province
from benchmarks.report import console, machine, table
from geo.coverage.land import Land, land_of
from geo.coverage.lenses import countings
from geo.coverage.measuring import Measurer
from geo.coverage.model import Threshold
from geo.coverage.moments import STANDARD_MOMENTS
from geo.coverage.scope import Scope, scope_of
from geo.demand import district_demand
from geo.geodesic import GEOD
from geo.places import load_places
from geo.plane import Plane

Shapes = NDArray[np.object_]
Mask = NDArray[np.bool_]

_RADII_M = (500.0, 1000.0)
_FINE = 1024


class Reached(NamedTuple):
    """Square kilometres and people, once and at least twice."""

    area: float
    backup: float
    people: float


class Peer:
    """A city as one keeps it in GeoPandas: points and districts in one projection."""

    def __init__(self, scope: Scope, land: Land, crs: object = None) -> None:
        points = geopandas.GeoSeries.from_xy(scope.lon, scope.lat, crs="EPSG:4326")
        self.crs = crs or points.estimate_utm_crs()
        self.points = points.to_crs(self.crs)
        districts = geopandas.GeoDataFrame(
            {"per_m2": land.per_m2[:, 0]}, geometry=land.plane.outlines(land.shapes), crs=4326
        )
        self.districts = districts.to_crs(self.crs)

    def reached(self, counted: Mask, radius_m: float) -> Reached:
        """Buffers, their union, and the union of what pairs have in common."""
        circles = self.points[counted].buffer(radius_m)
        first, second = circles.sindex.query(circles, predicate="intersects")
        pair = first < second
        shapes = circles.to_numpy()
        pairs = shapely.intersection(shapes[first[pair]], shapes[second[pair]])
        area, people = self._on_land(circles.union_all())
        backup, _ = self._on_land(shapely.union_all(pairs))
        return Reached(area, backup, people)

    def _on_land(self, shape: object) -> tuple[float, float]:
        whole = geopandas.GeoDataFrame(geometry=[shape], crs=self.crs)
        on_land = geopandas.overlay(self.districts, whole, how="intersection")
        return float(on_land.area.sum()) / 1e6, float((on_land.area * on_land["per_m2"]).sum())


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    places = load_places()
    with tempfile.TemporaryDirectory() as folder:
        snapshot = province(Path(folder))
    scope = scope_of(snapshot, places, "419001" if quick else "410100", reach_m=max(_RADII_M))
    land = land_of(places, scope.place, district_demand(places, scope.place.adcode))
    sets = [each.certain for each in countings(scope, STANDARD_MOMENTS)]
    ours, seconds = _timed(lambda: _ours(scope, land, sets))
    peer = Peer(scope, land)
    theirs, peer_seconds = _timed(
        lambda: [peer.reached(each, radius_m) for radius_m in _RADII_M for each in sets]
    )
    stations = int(scope.certain.sum())
    table(
        f"{scope.place.name_en}: {stations:,} synthetic stations, {len(sets)} lenses at"
        f" {len(_RADII_M)} radii, by district",
        ("engine", "CPU seconds", "× ours"),
        [
            ("yizhan: faces once, then sums", seconds, 1.0),
            ("geopandas: buffer, union_all, overlay (UTM)", peer_seconds, peer_seconds / seconds),
        ],
    )
    mercator = Peer(scope, land, 3857)
    for nth, radius_m in enumerate(_RADII_M):
        right = _fine(scope, land, radius_m)
        first = nth * len(sets)
        rows = [
            ("yizhan", ours[first]),
            ("geopandas, UTM", theirs[first]),
            ("geopandas, EPSG:3857", mercator.reached(scope.certain, radius_m)),
        ]
        table(
            f"All stations at {radius_m:g} m: error against geodesic circles of {_FINE} corners, %",
            ("engine", "area", "backup", "people"),
            [(name, *_errors(found, right)) for name, found in rows],
        )


def _ours(scope: Scope, land: Land, sets: Sequence[Mask]) -> list[Reached]:
    measurer = Measurer(scope.lon, scope.lat, land, scope.place)
    none = np.zeros(len(scope.stations), dtype=np.bool_)
    found = []
    for radius_m in _RADII_M:
        for each in sets:
            city = measurer.covered(each, none, Threshold(radius_m=radius_m))[0]
            people = city.people.low if city.people else 0.0
            found.append(Reached(city.area.low, city.area_backup.low, people))
    return found


def _fine(scope: Scope, land: Land, radius_m: float) -> Reached:
    """What is right: the same by many corners in the equal-area plane, each on the ellipsoid."""
    lon, lat = scope.lon[scope.certain], scope.lat[scope.certain]
    circles = np.array([_circle(at, radius_m, land.plane) for at in zip(lon, lat, strict=True)])
    first, second = shapely.STRtree(circles).query(circles, predicate="intersects")
    pair = first < second
    once = shapely.disjoint_subset_union_all(circles)
    twice = shapely.union_all(shapely.intersection(circles[first[pair]], circles[second[pair]]))
    area, backup = (shapely.area(shapely.intersection(land.shapes, s)) for s in (once, twice))
    return Reached(area.sum() / 1e6, backup.sum() / 1e6, float(area @ land.per_m2[:, 0]))


def _circle(at: tuple[float, float], radius_m: float, plane: Plane) -> shapely.Polygon:
    ones = np.ones(_FINE)
    azimuth = np.linspace(0, 360, _FINE, endpoint=False)
    lon, lat, _ = GEOD.fwd(at[0] * ones, at[1] * ones, azimuth, radius_m * ones)
    return shapely.Polygon(np.column_stack(plane.xy(np.asarray(lon), np.asarray(lat))))


def _errors(found: Reached, right: Reached) -> list[float]:
    return [(f / r - 1) * 100 for f, r in zip(found, right, strict=True)]


def _timed(work: Callable[[], list[Reached]]) -> tuple[list[Reached], float]:
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
    console.print("CPU seconds of one process; ratios travel, absolute times do not.")
