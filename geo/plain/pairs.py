"""A table of distances, times or costs between pairs, which stands in for coordinates."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.errors import InputError, SourceError
from geo.sources.csv_rows import RawRow
from geo.sources.header_words import bare
from geo.sources.raw_table import MIB, Limits
from geo.sources.tables import open_table
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LIMITS: Final = Limits(
    max_rows=20_000_000, max_bytes=2_048 * MIB, max_columns=100, max_cells=100_000_000
)
_FROM: Final = {"from", "origin", "demand", "起点", "需求点", "需求"}
_TO: Final = {"to", "destination", "candidate", "终点", "候选点", "站点"}
_COST: Final = {"cost", "distance", "dist", "time", "距离", "成本", "费用", "时间", "distancem"}


@dataclass(frozen=True, slots=True)
class Pairs:
    """k pairs of a demand point (``origins[row]``) and a site (``targets[column]``)."""

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    row: Ints
    column: Ints
    cost: Floats

    def matrix(self, demand: Sequence[str], sites: Sequence[str]) -> csr_array:
        """The costs between points and sites of these ids, shape (n, m); others are left out.

        A pair that was not stated has no entry; a cost of 0 has one.
        """
        row = _numbers(self.origins, demand)[self.row]
        column = _numbers(self.targets, sites)[self.column]
        kept = (row >= 0) & (column >= 0)
        row, column, cost = row[kept], column[kept], self.cost[kept]
        order = np.lexsort((column, row))
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(demand)))))
        return csr_array((cost[order], column[order], starts), (len(demand), len(sites)))


def read_pairs(path: Path) -> Pairs:
    """A table with the columns ``from`` (demand), ``to`` (site) and ``cost``.

    Costs are in any unit, ≥ 0. Raises :class:`SourceError` for a file that cannot be read, and
    :class:`InputError` for other columns, a cost that is none, and a pair that stands twice.
    """
    if not path.is_file():
        raise SourceError(f"没有距离文件 {path.name}", f"there is no {path.name}", reason="damaged")
    table = open_table(path, limits=_LIMITS)
    at = [_column(path, table.columns, words) for words in (_FROM, _TO, _COST)]
    origins: dict[str, int] = {}
    targets: dict[str, int] = {}
    row, column, cost = array("q"), array("q"), array("d")
    start, end, paid = at
    for each in table.rows:
        try:
            cells = each.cells
            value = float(cells[paid])  # type: ignore[index]
            origin, target = cells[start].strip(), cells[end].strip()  # type: ignore[index]
        except (TypeError, IndexError, ValueError):
            raise _bad(path, each, paid) from None
        if not 0.0 <= value < float("inf"):
            raise _bad(path, each, paid)
        row.append(origins.setdefault(origin, len(origins)))
        column.append(targets.setdefault(target, len(targets)))
        cost.append(value)
    if not cost:
        raise InputError(
            "distances", zh=f"{path.name} 是空的", en=f"{path.name} is empty", value=path.name
        )
    found = Pairs(
        tuple(origins),
        tuple(targets),
        np.frombuffer(row, dtype=np.int64),
        np.frombuffer(column, dtype=np.int64),
        np.frombuffer(cost, dtype=np.float64),
    )
    _check_once(path, found)
    return found


def _numbers(known: Sequence[str], wanted: Sequence[str]) -> Ints:
    """The number of each known id among the wanted, -1 if it is not wanted."""
    numbers = {each: nth for nth, each in enumerate(wanted)}
    return np.array([numbers.get(each, -1) for each in known], dtype=np.int64)


def _column(path: Path, columns: Sequence[str], words: set[str]) -> int:
    for nth, column in enumerate(columns):
        if bare(column) in words:
            return nth
    raise InputError(
        "distances",
        zh=f"{path.name} 的列不对",
        en=f"{path.name} has other columns",
        value=", ".join(columns[:10])[:80],
        expected=Text("from（需求点）、to（候选点）、cost 三列", "from (demand), to (site), cost"),
    )


def _bad(path: Path, row: RawRow, paid: int) -> InputError:
    cell = row.cells[paid][:40] if row.cells and len(row.cells) > paid else ""
    return InputError(
        "distances",
        zh=f"{path.name} 第 {row.number} 行：“{cell}”不是距离",
        en=f"row {row.number} of {path.name}: {cell!r} is no distance",
        value=cell,
        expected=Text(
            "不小于 0 的数；够不到的一对不写",
            "a number of 0 or more; leave out a pair out of reach",
        ),
    )


def _check_once(path: Path, found: Pairs) -> None:
    keys = found.row * len(found.targets) + found.column
    values, first, count = np.unique(keys, return_index=True, return_counts=True)
    if len(values) < len(keys):
        nth = int(first[int(np.argmax(count > 1))])
        origin, target = found.origins[found.row[nth]], found.targets[found.column[nth]]
        raise InputError(
            "distances",
            zh=f"{path.name} 里 {origin[:40]} 到 {target[:40]} 出现两次",
            en=f"{path.name} states {origin[:40]} to {target[:40]} twice",
            value=origin[:40],
            expected=Text("每对一行", "one row for each pair"),
        )
