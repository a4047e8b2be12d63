"""Pieces as cells: squares of two sizes, small ones near towns and stations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.demand.model import Cells, Piece
from geo.demand.outlines import Lattice, Stored, mended
from geo.demand.tiles import Tiles, split, squares, tiled
from geo.errors import InputError
from geo.plane import Plane
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

# So near to built-up land or a station squares are small: the radius of the 15-minute circle.
NEAR_M: Final = 1000.0
SMALLEST_M: Final = 50
LARGEST_M: Final = 5000
MOST_CELLS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sides of the squares in metres: near built-up land and stations, and elsewhere."""

    fine_m: int
    coarse_m: int

    def __post_init__(self) -> None:
        right = SMALLEST_M <= self.fine_m <= self.coarse_m <= LARGEST_M
        if not right or self.coarse_m % self.fine_m:
            raise InputError(
                "cell",
                zh=f"格网边长 {self.fine_m} 米（远处 {self.coarse_m} 米）不可用",
                en=f"cells of {self.fine_m} m ({self.coarse_m} m elsewhere) cannot be used",
                value=str(self.fine_m),
                expected=Text(
                    f"{SMALLEST_M} 到 {LARGEST_M} 米，且远处边长是近处的整数倍，如 250 与 1000",
                    f"{SMALLEST_M} to {LARGEST_M} m, one a multiple of the other: 250 and 1000",
                ),
            )


def cells_of_pieces(
    pieces: Sequence[Piece],
    districts: Mapping[str, BaseGeometry],
    near: tuple[Floats, Floats],
    plane: Plane,
    sizes: Sizes,
) -> Cells:
    """The people of each square's part of each district: density times exact area, piece by piece.

    ``districts`` are the outlines of those that have pieces, ``near`` the positions (lon, lat) of
    stations. All people of a piece are dealt out, up to rounding. Raises :class:`InputError`
    where there would be more cells than anybody can use.
    """
    shapes = {code: plane.shape(outline) for code, outline in districts.items()}
    area_m2 = sum(shape.area for shape in shapes.values())
    _require_few(int(area_m2 / sizes.coarse_m**2), 0, sizes)
    grounds = {code: tiled(shape, sizes.coarse_m) for code, shape in shapes.items()}
    parts: dict[str, list[_Part]] = {code: [] for code in districts}
    for piece in pieces:
        ground = grounds[piece.district]
        is_all = piece.outline is districts[piece.district]
        tiles = ground if is_all else tiled(plane.shape(piece.outline), sizes.coarse_m)
        parts[piece.district].append(_Part(piece, tiles))
    if not pieces:
        return no_cells()
    towns = [part.tiles for own in parts.values() for part in own if part.piece.stratum == "urban"]
    fine = _near(
        grounds.values(), towns, np.asarray(shapely.points(*plane.xy(*near)), dtype=object), sizes
    )
    dealt = [_dealt(ground, parts[code], fine, sizes) for code, ground in grounds.items()]
    return _cells(dealt, tuple(districts), plane, sizes)


class _Part(NamedTuple):
    piece: Piece
    tiles: Tiles


class _Squares(NamedTuple):
    """Tiles of both sizes: where they begin and what they span in fine squares, and their parts."""

    col: Ints
    row: Ints
    span: Ints
    shape: Shapes
    area: Floats
    x: Floats
    y: Floats

    @property
    def keys(self) -> Ints:
        """One number for each place."""
        return _keys(self.col, self.row)

    def take(self, at: NDArray[np.bool_]) -> "_Squares":
        """Some of the squares."""
        return _Squares(
            col=self.col[at],
            row=self.row[at],
            span=self.span[at],
            shape=self.shape[at],
            area=self.area[at],
            x=self.x[at],
            y=self.y[at],
        )


class _Dealt(NamedTuple):
    """The people on the squares of one district, and where they are on average."""

    squares: _Squares
    people: Floats
    x: Floats
    y: Floats


def _near(
    grounds: Collection[Tiles], towns: Sequence[Tiles], stations: Shapes, sizes: Sizes
) -> Ints:
    """The keys of the coarse squares that are to be split, sorted."""
    col = np.concatenate([ground.col for ground in grounds])
    row = np.concatenate([ground.row for ground in grounds])
    _, first = np.unique(_keys(col, row), return_index=True)
    col, row = col[first], row[first]
    marks = [np.where(town.whole, town.boxes(), town.shape) for town in towns]
    tree = shapely.STRtree(np.concatenate([stations, *marks]))
    if sizes.fine_m == sizes.coarse_m or not len(tree):
        return np.empty(0, dtype=np.int64)
    boxes = squares(col, row, sizes.coarse_m)
    split_up = np.unique(tree.query(boxes, predicate="dwithin", distance=NEAR_M)[0])
    _require_few(len(col), len(split_up), sizes)
    keys: Ints = _keys(col, row)[split_up]
    return keys


def _require_few(coarse: int, split_up: int, sizes: Sizes) -> None:
    count = coarse + split_up * ((sizes.coarse_m // sizes.fine_m) ** 2 - 1)
    if count > MOST_CELLS:
        raise InputError(
            "cell",
            zh=f"格网边长 {sizes.fine_m} 米会产生约 {count:,} 个单元，超过上限 {MOST_CELLS:,}",
            en=f"cells of {sizes.fine_m} m would be some {count:,}, more than {MOST_CELLS:,}",
            value=str(sizes.fine_m),
            expected=Text("更大的边长", "larger cells"),
        )


def _dealt(ground: Tiles, parts: Sequence[_Part], fine: Ints, sizes: Sizes) -> _Dealt:
    """The people of one district's parts on the squares of its ground, empty ones left out."""
    base = _two_sizes(ground, fine, sizes)
    order = np.argsort(base.keys)
    keys = base.keys[order]
    people, x, y = (np.zeros(len(keys)) for _ in range(3))
    for piece, tiles in parts:
        own = base if tiles is ground else _two_sizes(tiles, fine, sizes)
        at = np.minimum(np.searchsorted(keys, own.keys), len(keys) - 1)
        known = keys[at] == own.keys  # all but slivers that rounding put outside
        at = order[at]
        area = np.where(known, own.area, 0.0)
        count = piece.people * area / area.sum()
        np.add.at(people, at, count)
        np.add.at(x, at, count * own.x)
        np.add.at(y, at, count * own.y)
    kept = people > 0.0
    people = people[kept]
    return _Dealt(base.take(kept), people, x[kept] / people, y[kept] / people)


def _two_sizes(tiles: Tiles, fine: Ints, sizes: Sizes) -> _Squares:
    factor = sizes.coarse_m // sizes.fine_m
    is_split = np.isin(_keys(tiles.col, tiles.row), fine)
    small = split(tiles.take(is_split), factor)
    large = tiles.take(~is_split)
    x, y = zip(large.centres(), small.centres(), strict=True)
    return _Squares(
        col=np.concatenate([large.col * factor, small.col]),
        row=np.concatenate([large.row * factor, small.row]),
        span=np.repeat([factor, 1], [len(large), len(small)]),
        shape=np.concatenate([large.shape, small.shape]),
        area=np.concatenate([large.area, small.area]),
        x=np.concatenate(x),
        y=np.concatenate(y),
    )


def _keys(col: Ints, row: Ints) -> Ints:
    """One number for each square; a city has far fewer than 2³¹ in a row."""
    return (col << 32) + row


def _cells(dealt: Sequence[_Dealt], adcodes: Sequence[str], plane: Plane, sizes: Sizes) -> Cells:
    col, row, span, shape, *_ = (
        np.concatenate(column) for column in zip(*(each.squares for each in dealt), strict=True)
    )
    lon, lat = plane.lon_lat(
        np.concatenate([each.x for each in dealt]), np.concatenate([each.y for each in dealt])
    )
    cut = np.flatnonzero(~shapely.is_missing(shape))
    step = float(sizes.fine_m)
    return Cells(
        lon=lon,
        lat=lat,
        people=np.concatenate([each.people for each in dealt]),
        size_m=span * step,
        district=np.repeat(np.arange(len(dealt)), [len(each.people) for each in dealt]),
        adcodes=adcodes,
        outlines=Lattice(
            crs=plane.crs,
            affine=(step, 0.0, 0.0, 0.0, step, 0.0),
            col=col,
            row=row,
            span=span,
            clipped=dict(zip(cut.tolist(), mended(plane.outlines(shape[cut])), strict=True)),
        ),
    )


def no_cells() -> Cells:
    """Where nothing is known."""
    none = np.empty(0)
    return Cells(
        lon=none,
        lat=none,
        people=none,
        size_m=none,
        district=np.empty(0, dtype=np.int64),
        adcodes=(),
        outlines=Stored(np.empty(0, dtype=object)),
    )
