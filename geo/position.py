"""Positions and boxes: degrees, WGS-84, always ``lon, lat``."""

import math
from typing import NamedTuple

from geo.errors import InputError, SwappedError
from geo.text import Text

# A box around the provinces. Only for telling people that they
# exchanged two numbers, never for deciding whether a point is shifted.
_CHINA_LON = (73.0, 136.0)
_CHINA_LAT = (18.0, 54.0)


class Position(NamedTuple):
    """A point in degrees, WGS-84."""

    lon: float
    lat: float


class BBox(NamedTuple):
    """A box in degrees, WGS-84; ``west > east`` crosses the antimeridian (RFC 7946 §5.2)."""

    west: float
    south: float
    east: float
    north: float


def coarse(degrees: float) -> str:
    """A coordinate as it may stand in a message or a log: rounded to 0.01°."""
    return f"{degrees:.2f}" if math.isfinite(degrees) else str(degrees)


def checked_position(lon: float, lat: float) -> Position:
    """The position, if it is one.

    Raises :class:`SwappedError` when the two only make sense exchanged (a latitude beyond
    90°, or a point that would fall in China the other way round and not as given), and
    :class:`InputError` for NaN, infinity and values out of range.
    """
    for name, value in (("lon", lon), ("lat", lat)):
        if not math.isfinite(value):
            raise InputError(
                name,
                zh=f"{name} 不是有限的数",
                en=f"{name} is not a finite number",
                value=str(value),
                expected=_expected(name),
            )
    if _in_china_box(lat, lon) and not _in_china_box(lon, lat):
        raise SwappedError(
            "lon",
            zh="经纬度似乎写反了：对调后落在中国境内",
            en="lon and lat look swapped: exchanged, the point falls in China",
            value=f"{coarse(lon)},{coarse(lat)}",
            expected=Text("先经度、后纬度，如 113.66,34.75", "lon first, then lat: 113.66,34.75"),
        )
    for name, value, limit in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if abs(value) > limit:
            raise InputError(
                name,
                zh=f"{name} 超出范围",
                en=f"{name} is out of range",
                value=coarse(value),
                expected=_expected(name),
            )
    return Position(lon, lat)


def parse_position(text: str) -> Position:
    """The position that a person typed: ``113.66,34.75``, with a comma of any width or a space.

    Raises :class:`InputError` where it is not two numbers, and what
    :func:`checked_position` raises.
    """
    parts = text.replace("，", ",").replace(",", " ").split()
    try:
        lon, lat = map(float, parts)
    except ValueError:
        raise InputError(
            "position",
            zh="坐标应为两个数",
            en="a position is two numbers",
            value=None,
            expected=Text("经度,纬度，如 113.66,34.75", "lon,lat such as 113.66,34.75"),
        ) from None
    return checked_position(lon, lat)


def _in_china_box(lon: float, lat: float) -> bool:
    return _CHINA_LON[0] <= lon <= _CHINA_LON[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1]


def _expected(name: str) -> Text:
    if name == "lon":
        return Text("−180 到 180 之间的经度（度）", "a longitude in degrees from -180 to 180")
    return Text("−90 到 90 之间的纬度（度）", "a latitude in degrees from -90 to 90")
