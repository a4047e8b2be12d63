"""Points, or square cells around them, from a table: CSV, TSV or XLSX."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import datum as datums
from geo.demand.given import (
    Given,
    no_column,
    nothing_there,
    numbers,
    require_positions,
    require_side,
    require_weights,
    side_column,
    weight_column,
)
from geo.errors import InputError
from geo.plane import Plane
from geo.sources.csv_rows import RawRow
from geo.sources.headers import CoordinatePair, match_columns
from geo.sources.raw_table import MIB, Limits
from geo.sources.tables import open_table
from geo.station import Datum
from geo.text import Text

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

# A side of a square is not straight in degrees: one of 5 km strays by 0.4 m.
_EDGE_M: Final = 5000.0

# A grid of 100 m of the largest city has some millions of cells.
LIMITS: Final = Limits(
    max_rows=5_000_000, max_bytes=2_048 * MIB, max_columns=100, max_cells=100_000_000
)


def read_table(
    path: Path,
    plane: Plane,
    *,
    datum: Datum | None,
    sheet: str | None,
    weight: str | None,
    side_m: float | None,
) -> Given:
    """The rows of a table as demand.

    Rows are cells where their side is known, from ``side_m`` or a column, and points where not.
    Raises :class:`SourceError` and :class:`InputError`.
    """
    table = open_table(path, sheet=sheet, limits=LIMITS)
    rows = list(table.rows)
    if not rows:
        raise nothing_there()
    columns = table.columns
    pair = _pair(columns, rows, datum)
    numbered = np.array([row.number for row in rows])

    def figures(name: str) -> Floats:
        return numbers(column_of(columns, rows, name), numbered, name)

    lon, lat = figures(pair.lon), figures(pair.lat)
    require_positions(lon, lat, numbered)
    lon, lat = datums.convert(lon, lat, source=datum or pair.datum or "wgs84", target="wgs84")
    named = weight_column(columns, weight)
    weights = figures(named) if named else np.ones(len(rows))
    require_weights(weights, numbered)
    named_side = side_column(columns)
    sides = None
    if side_m is not None:
        sides = np.full(len(rows), side_m)
    elif named_side is not None:
        sides = figures(named_side)
    return Given(
        outlines=np.asarray(shapely.points(lon, lat), dtype=object)
        if sides is None
        else _squares(lon, lat, sides, plane),
        weights=weights,
        rows=numbered,
        is_grid=sides is not None,
        has_weights=named is not None,
        notes=() if named else (each_counts_one(columns),),
    )


def each_counts_one(columns: Sequence[str]) -> Text:
    """What is said where no column was taken for weights."""
    return Text(
        f"没有权重列，每个点计 1（列：{'、'.join(columns[:10])}）",
        f"there is no column of weights, so each point counts 1 (columns: "
        f"{', '.join(columns[:10])})",
    )


def column_of(columns: Sequence[str], rows: Sequence[RawRow], name: str) -> list[str]:
    """The cells of one column. Raises :class:`InputError` for a row that ends before it."""
    at = columns.index(name)
    try:
        return [row.cells[at] for row in rows]  # type: ignore[index]
    except (TypeError, IndexError):
        bad = next(row for row in rows if row.cells is None or len(row.cells) <= at)
    raise InputError(
        name,
        zh=f"第 {bad.number} 行无法读取：引号没有闭合，或列数不足",
        en=f"row {bad.number} cannot be read: an open quote, or too few columns",
        value=None,
    )


def _pair(columns: Sequence[str], rows: Sequence[RawRow], datum: Datum | None) -> CoordinatePair:
    sample = [row.cells for row in islice(rows, 50) if row.cells]
    pairs = match_columns(columns, sample).pairs
    fitting = [pair for pair in pairs if datum is None or pair.datum in (datum, None)]
    if not fitting:
        raise no_column("lon", None, columns)
    return fitting[0]


def _squares(lon: Floats, lat: Floats, sides: Floats, plane: Plane) -> Shapes:
    for side in np.unique(sides):
        require_side(float(side))
    x, y = plane.xy(lon, lat)
    half = sides / 2
    boxes = np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)
    return plane.outlines(shapely.segmentize(boxes, _EDGE_M))
