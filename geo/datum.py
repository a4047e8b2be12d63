"""WGS-84 ⇄ GCJ-02 ⇄ BD-09, in degrees, ``lon, lat``.

GCJ-02 is the obfuscation that the mainland's law prescribes for published maps; BD-09 is
Baidu's further one on top of it. Neither is specified in public: the formulas are the ones
that were recovered from the deployed conversion (on Krassovsky's ellipsoid of 1940) and that
every map provider's tiles are consistent with. The inverses are fixed-point iterations: the
forward shift changes by less than 1e-3 per unit, so that each round gains three digits.

Whether a point is shifted depends on where it really is, that is on its WGS-84 position, in
both directions. The inverse therefore solves first and tests the solution against the
mainland's outline; outside it all datums are the same.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.places import load_places
from geo.station import Datum

# Krassovsky 1940: semi-major axis and first eccentricity squared.
_A = 6378245.0
_EE = 0.00669342162296594323
# BD-09 turns by waves of this frequency and adds a constant.
_BD_WAVE = math.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
# Rounds of the inverse: residual below 1e-13 degrees, far under the 1e-6 m promised.
_ROUNDS = 6

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


class _Box(NamedTuple):
    west: float
    south: float
    east: float
    north: float


def convert(lon: ArrayLike, lat: ArrayLike, *, source: Datum, target: Datum) -> Pair:
    """Coordinates of shape (n,) from one datum to another.

    A round trip differs by less than 1e-6 m. Identity outside the mainland.
    """
    lon = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    lat = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    if source == target:
        return lon.copy(), lat.copy()
    return _from_wgs84(*_to_wgs84(lon, lat, source), target)


def convert_position(
    lon: float, lat: float, *, source: Datum, target: Datum
) -> tuple[float, float]:
    """One coordinate pair from one datum to another; what :func:`convert` does to an array."""
    if source == target or not _in_reach(lon, lat):
        return lon, lat
    lons, lats = convert(lon, lat, source=source, target=target)
    return float(lons[0]), float(lats[0])


def _from_wgs84(lon: Floats, lat: Floats, target: Datum) -> Pair:
    if target == "wgs84":
        return lon, lat
    shifted = _gcj02_of_wgs84(lon, lat)
    if target == "bd09":
        shifted = _bd09_of_gcj02(*shifted)
    return _where(_on_mainland(lon, lat), shifted, (lon, lat))


def _to_wgs84(lon: Floats, lat: Floats, source: Datum) -> Pair:
    if source == "wgs84":
        return lon, lat
    solved = (lon, lat)
    if source == "bd09":
        solved = _solve(_bd09_of_gcj02, *solved)
    solved = _solve(_gcj02_of_wgs84, *solved)
    return _where(_on_mainland(*solved), solved, (lon, lat))


def _where(condition: NDArray[np.bool_], yes: Pair, no: Pair) -> Pair:
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def _solve(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    x, y = lon, lat
    for _ in range(_ROUNDS):
        shifted_x, shifted_y = forward(x, y)
        x, y = x - (shifted_x - lon), y - (shifted_y - lat)
    return x, y


def _gcj02_of_wgs84(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    ripple = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y / 30.0 * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    # Metres to degrees by the two radii of curvature at this latitude.
    phi = np.radians(lat)
    w = 1.0 - _EE * np.sin(phi) ** 2
    meridian = _A * (1.0 - _EE) / w**1.5
    normal = _A / np.sqrt(w)
    return lon + np.degrees(east / (normal * np.cos(phi))), lat + np.degrees(north / meridian)


def _waves(z: Floats) -> Floats:
    return 20.0 * np.sin(z * np.pi) + 40.0 * np.sin(z / 3.0 * np.pi)


def _bd09_of_gcj02(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_WAVE)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT


@cache
def _reach() -> _Box:
    """The mainland's box, widened by more than the largest shift (1.4 km)."""
    west, south, east, north = load_places().mainland.bounds
    return _Box(west - 0.05, south - 0.05, east + 0.05, north + 0.05)


def _in_reach(lon: float, lat: float) -> bool:
    box = _reach()
    return box.west <= lon <= box.east and box.south <= lat <= box.north


def _on_mainland(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Which points lie on the mainland. Only those in its box are asked of the outline."""
    box = _reach()
    inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
    if inside.any():
        inside[inside] = shapely.intersects_xy(load_places().mainland, lon[inside], lat[inside])
    return inside
