"""The outlines of many cells, made when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


def mended(shapes: Shapes) -> Shapes:
    """Polygons that were valid before a change of plane: rounding can fold a sliver of them."""
    folded = ~shapely.is_valid(shapes)
    shapes[folded] = shapely.buffer(shapes[folded], 0.0)
    return shapes


class Outlines(Protocol):
    """The outline of every cell, in WGS-84 degrees: polygons, or points for demand at points."""

    def take(self, at: NDArray[np.integer]) -> Shapes:
        """Those of the cells with these indices, shape (k,)."""
        ...


@dataclass(frozen=True, slots=True)
class Stored(Outlines):
    """Outlines that are there already."""

    shapes: Shapes

    def take(self, at: NDArray[np.integer]) -> Shapes:
        """Those of the cells with these indices."""
        shapes: Shapes = self.shapes[at]
        return shapes


@dataclass(frozen=True, slots=True)
class Lattice(Outlines):
    """Cells of a lattice of the reference system ``crs``.

    A cell begins at (col, row) and spans ``span`` steps; ``affine`` (a, b, c, d, e, f) puts (u, v)
    at x = a·u + b·v + c, y = d·u + e·v + f. ``clipped`` are parts of cells, in degrees, by index.
    """

    crs: str
    affine: tuple[float, float, float, float, float, float]
    col: Ints
    row: Ints
    span: Ints
    clipped: Mapping[int, BaseGeometry]

    def take(self, at: NDArray[np.integer]) -> Shapes:
        """Those of the cells with these indices."""
        col, row, span = self.col[at], self.row[at], self.span[at]
        u = np.stack([col, col + span, col + span, col, col], axis=1).astype(float)
        v = np.stack([row, row, row + span, row + span, row], axis=1).astype(float)
        a, b, c, d, e, f = self.affine
        to_degrees = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        lon, lat = to_degrees.transform(a * u + b * v + c, d * u + e * v + f)
        outlines = np.asarray(shapely.polygons(np.stack([lon, lat], axis=-1)), dtype=object)
        for place, cell in enumerate(at.tolist()):
            if cell in self.clipped:
                outlines[place] = self.clipped[cell]
        return outlines
