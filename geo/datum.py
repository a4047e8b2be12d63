"""WGS-84 ⇄ GCJ-02 ⇄ BD-09, in degrees, ``lon, lat``.

GCJ-02 is the obfuscation that the mainland's law prescribes for published maps; BD-09 is
Baidu's further one on top of it. Neither is specified in public: the formulas are the ones
that were recovered from the deployed conversion (on Krassovsky's ellipsoid of 1940) and that
every map provider's tiles are consistent with. The inverses are fixed-point iterations: the
forward shift changes by less than 1e-3 per unit, so that each round gains three digits.

Whether a point is shifted depends on where it really is, that is on its WGS-84 position, in
both directions. The inverse therefore solves first and tests the solution against the
mainland's outline; outside it all datums are the same. So every mainland point comes back,
up to the border. Just outside the border, no definition could bring back every point: some
values belong to two places, one inside that is shifted to there and one that lies there
unshifted. Such a value is read as the one inside, which is where its publisher is; the other
comes back displaced by one shift. That concerns points less than 0.7 km (BD-09: 1.5 km)
outside the border.
"""

import math
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

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
    if source != "wgs84":
        solved = _solved(lon, lat, source, math)
        lon, lat = solved if _holds(*solved) else (lon, lat)
    if target != "wgs84" and _holds(lon, lat):
        return _shifted(lon, lat, target, math)
    return lon, lat


def _from_wgs84(lon: Floats, lat: Floats, target: Datum) -> Pair:
    if target == "wgs84":
        return lon, lat
    return _where(_on_mainland(lon, lat), _shifted(lon, lat, target, np), (lon, lat))


def _to_wgs84(lon: Floats, lat: Floats, source: Datum) -> Pair:
    if source == "wgs84":
        return lon, lat
    solved = _solved(lon, lat, source, np)
    return _where(_on_mainland(*solved), solved, (lon, lat))


def _where(condition: NDArray[np.bool_], yes: Pair, no: Pair) -> Pair:
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


# The formulas stand once, for numbers (``m`` is math) and for arrays (``m`` is numpy).


def _shifted(lon: Any, lat: Any, target: Datum, m: ModuleType) -> tuple[Any, Any]:
    shifted: tuple[Any, Any] = _gcj02_of_wgs84(lon, lat, m)
    return _bd09_of_gcj02(*shifted, m) if target == "bd09" else shifted


def _solved(lon: Any, lat: Any, source: Datum, m: ModuleType) -> tuple[Any, Any]:
    if source == "bd09":
        lon, lat = _inverse(_bd09_of_gcj02, lon, lat, m)
    solved: tuple[Any, Any] = _inverse(_gcj02_of_wgs84, lon, lat, m)
    return solved


def _inverse(forward: Callable[..., tuple[Any, Any]], lon: Any, lat: Any, m: ModuleType) -> Any:
    x, y = lon, lat
    for _ in range(_ROUNDS):
        shifted_x, shifted_y = forward(x, y, m)
        x, y = x - (shifted_x - lon), y - (shifted_y - lat)
    return x, y


def _gcj02_of_wgs84(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    x, y = lon - 105.0, lat - 35.0
    sin, pi = m.sin, math.pi
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    root = m.sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, sin)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y / 30.0 * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, sin)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    # Metres to degrees by the two radii of curvature at this latitude.
    phi = m.radians(lat)
    w = 1.0 - _EE * sin(phi) ** 2
    meridian = _A * (1.0 - _EE) / w**1.5
    normal = _A / m.sqrt(w)
    return lon + m.degrees(east / (normal * m.cos(phi))), lat + m.degrees(north / meridian)


def _waves(z: Any, sin: Callable[[Any], Any]) -> Any:
    return 20.0 * sin(z * math.pi) + 40.0 * sin(z / 3.0 * math.pi)


def _bd09_of_gcj02(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    radius = m.hypot(lon, lat) + 0.00002 * m.sin(lat * _BD_WAVE)
    angle = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_WAVE)
    return radius * m.cos(angle) + _BD_LON, radius * m.sin(angle) + _BD_LAT


@cache
def _reach() -> _Box:
    """The mainland's box, widened by more than the largest shift (1.4 km)."""
    west, south, east, north = load_places().mainland.bounds
    return _Box(west - 0.05, south - 0.05, east + 0.05, north + 0.05)


def _in_reach(lon: float, lat: float) -> bool:
    box = _reach()
    return box.west <= lon <= box.east and box.south <= lat <= box.north


def _holds(lon: float, lat: float) -> bool:
    """Whether a point lies on the mainland."""
    return _in_reach(lon, lat) and bool(shapely.intersects_xy(load_places().mainland, lon, lat))


def _on_mainland(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Which points lie on the mainland. Only those in its box are asked of the outline."""
    box = _reach()
    inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
    if inside.any():
        inside[inside] = shapely.intersects_xy(load_places().mainland, lon[inside], lat[inside])
    return inside
