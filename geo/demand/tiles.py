"""Shapes of a plane cut along a lattice of squares, with the exact area in every square.

A shape is cut into large squares, these into smaller ones, and so on: what is cut at each step
is small, and squares that lie wholly inside are never cut by geometry again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

_STEP: Final = 4
# A square counts as whole if a shape fills it up to rounding.
_WHOLE: Final = 1.0 - 1e-12


@dataclass(frozen=True, slots=True)
class Tiles:
    """What n squares of one ``size`` hold of a shape.

    Square (col, row) begins at (col, row) * size. ``shape`` is the part of the shape in it,
    ``None`` where that is the whole square.
    """

    size: float
    col: Ints
    row: Ints
    shape: Shapes

    def __len__(self) -> int:
        return len(self.col)

    def take(self, at: NDArray[np.bool_]) -> "Tiles":
        """Some of the squares."""
        return Tiles(self.size, self.col[at], self.row[at], self.shape[at])

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which squares lie wholly inside the shape."""
        return shapely.is_missing(self.shape)

    @property
    def area(self) -> Floats:
        """The area of each part, in square metres."""
        return np.where(self.whole, self.size**2, shapely.area(self.shape))

    def centres(self) -> tuple[Floats, Floats]:
        """The centres of gravity of the parts."""
        centroid = shapely.centroid(self.shape)
        whole = self.whole
        x = np.where(whole, (self.col + 0.5) * self.size, shapely.get_x(centroid))
        y = np.where(whole, (self.row + 0.5) * self.size, shapely.get_y(centroid))
        return x, y

    def boxes(self) -> Shapes:
        """The squares themselves."""
        return squares(self.col, self.row, self.size)


def squares(col: Ints, row: Ints, size: float) -> Shapes:
    """Squares of a lattice as polygons."""
    boxes: Shapes = shapely.box(col * size, row * size, (col + 1) * size, (row + 1) * size)
    return boxes


def tiled(shape: BaseGeometry, size: float) -> Tiles:
    """A polygon or multipolygon, valid and of the plane, cut into squares of ``size`` metres."""
    if shape.is_empty:
        return _none(size)
    west, south, east, north = shape.bounds
    steps = 0
    while max(east - west, north - south) > size * _STEP**steps:
        steps += 1
    largest = size * _STEP**steps
    cols = np.arange(np.floor(west / largest), np.ceil(east / largest), dtype=np.int64)
    rows = np.arange(np.floor(south / largest), np.ceil(north / largest), dtype=np.int64)
    col, row = (axis.ravel() for axis in np.meshgrid(cols, rows))
    tiles = _cut(np.full(len(col), shape, dtype=object), col, row, largest)
    for _ in range(steps):
        tiles = split(tiles, _STEP)
    return tiles


def split(tiles: Tiles, factor: int) -> Tiles:
    """Every square cut into ``factor`` x ``factor`` smaller ones; empty ones are left out."""
    inner = np.arange(factor, dtype=np.int64)
    east, north = (axis.ravel() for axis in np.meshgrid(inner, inner))
    col = (tiles.col[:, None] * factor + east).ravel()
    row = (tiles.row[:, None] * factor + north).ravel()
    shape = np.repeat(tiles.shape, factor**2)
    size = tiles.size / factor
    whole = shapely.is_missing(shape)
    parts = _cut(shape[~whole], col[~whole], row[~whole], size)
    return Tiles(
        size,
        np.concatenate([col[whole], parts.col]),
        np.concatenate([row[whole], parts.row]),
        np.concatenate([shape[whole], parts.shape]),
    )


def _cut(shape: Shapes, col: Ints, row: Ints, size: float) -> Tiles:
    parts = _polygons(shapely.intersection(shape, squares(col, row, size)))
    area = shapely.area(parts)
    parts[area >= size**2 * _WHOLE] = None
    kept = area > 0.0
    return Tiles(size, col[kept], row[kept], parts[kept])


def _polygons(parts: Shapes) -> Shapes:
    """Lines and points, where a shape only touches a square, are left out."""
    mixed = np.flatnonzero(shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for at in mixed:
        each = shapely.get_parts(parts[at])
        parts[at] = shapely.multipolygons(each[shapely.get_dimensions(each) == 2])
    return parts


def _none(size: float) -> Tiles:
    empty = np.empty(0, dtype=np.int64)
    return Tiles(size, empty, empty, np.empty(0, dtype=object))
