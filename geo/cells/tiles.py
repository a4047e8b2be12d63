"""Tiles of the Web Mercator pyramid: column and row from the north-west."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

# A tile is 4.9 km wide on the equator and 4.0 km at 35° N.
ZOOM: Final = 13
# Beyond it the projection has no tiles; what lies there belongs to the outermost row.
_LAT_LIMIT: Final = 85.0511287798066

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tile(NamedTuple):
    """A tile at :data:`ZOOM`."""

    x: int
    y: int

    @property
    def key(self) -> str:
        """As indexes name it: ``6686/3257``."""
        return f"{self.x}/{self.y}"


def tile_of(lon: float, lat: float) -> Tile:
    """The tile of a position (WGS-84 degrees)."""
    x, y = tiles_of(np.array([lon]), np.array([lat]))
    return Tile(int(x[0]), int(y[0]))


def tiles_of(lon: Floats, lat: Floats) -> tuple[Integers, Integers]:
    """Columns and rows of n positions (WGS-84 degrees), each of shape (n,)."""
    count = 1 << ZOOM
    x = np.floor((lon + 180.0) / 360.0 * count)
    phi = np.radians(np.clip(lat, -_LAT_LIMIT, _LAT_LIMIT))
    y = np.floor((1.0 - np.arcsinh(np.tan(phi)) / math.pi) / 2.0 * count)
    return _within(x, count), _within(y, count)


def _within(number: Floats, count: int) -> Integers:
    return np.clip(number, 0, count - 1).astype(np.int64)
