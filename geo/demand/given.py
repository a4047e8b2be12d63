"""Demand as a user's file states it, and what must be right about its numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.position import checked_position
from geo.sources.header_words import bare
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

# Better known words first.
_WEIGHTS: Final = (
    *("people", "population", "persons", "pop", "weight", "demand", "orders", "count", "value"),
    *(
        "人口",
        "常住人口",
        "人口数",
        "人数",
        "权重",
        "需求",
        "需求量",
        "订单量",
        "单量",
        "数量",
        "z",
    ),
)
_SIDES: Final = ("cell_m", "cell", "size_m", "cell_size", "格网边长", "网格边长", "边长", "边长米")
# The sides of cells that people use: below is a house, above a province.
_SIDE_M: Final = (10.0, 50_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """n points or cells (Polygons and MultiPolygons) in WGS-84 degrees, with their weights.

    ``rows`` are their numbers in the file. ``has_weights`` tells that the file states weights;
    otherwise each counts 1.
    """

    outlines: Shapes
    weights: Floats
    rows: Ints
    is_grid: bool
    has_weights: bool
    notes: Sequence[Text]


def weight_column(columns: Sequence[str], wanted: str | None) -> str | None:
    """The column of weights: the one that is asked for, or the one with the best known word.

    Raises :class:`InputError` for a column that is not there.
    """
    if wanted is not None:
        if wanted not in columns:
            raise no_column("weight", wanted, columns)
        return wanted
    return _known(columns, _WEIGHTS)


def side_column(columns: Sequence[str]) -> str | None:
    """The column that holds the sides of square cells in metres."""
    return _known(columns, _SIDES)


def no_column(parameter: str, wanted: str | None, columns: Sequence[str]) -> InputError:
    """The error that a column is missing; names those that are there."""
    listed = "、".join(columns[:20]), ", ".join(columns[:20])
    named = f"“{wanted[:40]}”" if wanted else "", f" {wanted[:40]!r}" if wanted else ""
    what = {
        "weight": Text("权重列", "column of weights"),
        "lon": Text("经度、纬度列", "columns of longitude and latitude"),
    }[parameter]
    return InputError(
        parameter,
        zh=f"文件里没有{what.zh}{named[0]}",
        en=f"the file has no {what.en}{named[1]}",
        value=wanted and wanted[:40],
        expected=Text(f"现有的列：{listed[0]}", f"the columns are: {listed[1]}"),
    )


def numbers(cells: Sequence[str], rows: Ints, column: str) -> Floats:
    """A column of numbers. Raises :class:`InputError` with the first row that holds none."""
    try:
        return np.array(cells, dtype=np.float64)
    except ValueError:
        at, cell = next((at, cell) for at, cell in enumerate(cells) if not _is_number(cell))
        raise InputError(
            column,
            zh=f"第 {rows[at]} 行：列“{column[:40]}”的值“{cell[:40]}”不是数",
            en=f"row {rows[at]}: {cell[:40]!r} in the column {column[:40]!r} is no number",
            value=cell[:40],
            expected=Text("不带单位与千分位的数，如 1234.5", "plain digits such as 1234.5"),
        ) from None


def require_weights(weights: Floats, rows: Ints) -> None:
    """Raise :class:`InputError` for weights that are negative or no number, or all 0."""
    bad = np.flatnonzero(~np.isfinite(weights) | (weights < 0.0))
    if len(bad):
        first = weights[bad[0]]
        raise InputError(
            "weight",
            zh=f"{len(bad)} 行的权重不可用，首先是第 {rows[bad[0]]} 行的 {first:g}",
            en=f"{len(bad)} row(s) have no usable weight, the first is {first:g} in row "
            f"{rows[bad[0]]}",
            value=f"{first:g}",
            expected=Text("不小于 0 的数", "numbers of 0 or more"),
        )
    if not weights.any():
        raise nothing_there()


def nothing_there() -> InputError:
    """The error that there is no demand at all."""
    return InputError(
        "demand",
        zh="文件里没有任何需求：没有行，或权重全为 0",
        en="the file holds no demand: no rows, or weights that are all 0",
        value=None,
        expected=Text("至少一个权重大于 0 的点或格", "at least one point or cell with a weight"),
    )


def require_positions(lon: Floats, lat: Floats, rows: Ints) -> None:
    """Raise what :func:`geo.position.checked_position` raises, with the first bad row."""
    fine = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0) & ~((lon < 54.0) & (lat > 73.0))
    for at in np.flatnonzero(~fine):
        try:
            checked_position(float(lon[at]), float(lat[at]))
        except InputError as error:
            raise error.at(Text(f"第 {rows[at]} 行", f"row {rows[at]}")) from None


def require_side(side_m: float) -> None:
    """Raise :class:`InputError` for a side of cells that is absurd."""
    low, high = _SIDE_M
    if not low <= side_m <= high:
        raise InputError(
            "cell",
            zh=f"格网边长 {side_m:g} 米不合理",
            en=f"cells of {side_m:g} m make no sense",
            value=f"{side_m:g}",
            expected=Text(f"{low:g} 到 {high:g} 米", f"{low:g} to {high:g} m"),
        )


def _known(columns: Sequence[str], words: Sequence[str]) -> str | None:
    ranks = {bare(word): rank for rank, word in enumerate(reversed(words))}
    known = [column for column in columns if bare(column) in ranks]
    return max(known, key=lambda column: ranks[bare(column)], default=None)


def _is_number(cell: str) -> bool:
    try:
        return not math.isnan(float(cell)) or True
    except ValueError:
        return False
