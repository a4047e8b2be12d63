"""Points of demand, candidates and stations as a table states them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from geo.demand.from_table import LIMITS, column_of
from geo.demand.given import numbers, require_positions, require_weights, weight_column
from geo.errors import InputError, SourceError
from geo.sources.csv_rows import RawRow
from geo.sources.header_words import bare, coordinate_meaning, meaning
from geo.sources.tables import open_table
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Crs = Literal["planar", "lonlat"]
Role = Literal["demand", "candidates", "existing", "stations"]

_NAMES: Final[dict[Role, Text]] = {
    "demand": Text("需求点文件", "the file of demand"),
    "candidates": Text("候选点文件", "the file of candidates"),
    "existing": Text("现有站点文件", "the file of existing sites"),
    "stations": Text("站点文件", "the file of stations"),
}
_PLANAR: Final = (
    {"x", "xm", "xcoord", "easting", "pointx", "x坐标", "坐标x", "横坐标"},
    {"y", "ym", "ycoord", "northing", "pointy", "y坐标", "坐标y", "纵坐标"},
)
_CAPACITY: Final = {"capacity", "容量", "每站容量", "服务能力", "上限"}
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """n points with ids that are all different.

    ``x`` and ``y`` are longitude and latitude in degrees (WGS-84) or, if ``crs`` is planar,
    metres; both are empty, and ``crs`` is ``None``, where the file has no coordinates.
    ``weights`` are 1 where it states none.
    ``notes`` say what was assumed.
    """

    ids: tuple[str, ...]
    x: Floats
    y: Floats
    crs: Crs | None
    weights: Floats
    district: tuple[str, ...] | None = None
    capacity: Floats | None = None
    notes: tuple[Text, ...] = ()

    def without(self, ids: set[str]) -> "Points":
        """These points but for some."""
        kept = [at for at, each in enumerate(self.ids) if each not in ids]
        return replace(
            self,
            ids=tuple(self.ids[at] for at in kept),
            x=self.x[kept] if self.crs else self.x,
            y=self.y[kept] if self.crs else self.y,
            weights=self.weights[kept],
            district=self.district and tuple(self.district[at] for at in kept),
            capacity=None if self.capacity is None else self.capacity[kept],
        )


def points_of_ids(ids: Sequence[str]) -> Points:
    """Points of which nothing but the ids is known."""
    nowhere = np.empty(0)
    return Points(ids=tuple(ids), x=nowhere, y=nowhere, crs=None, weights=np.ones(len(ids)))


def checked_crs(text: str | None) -> Crs | None:
    """The kind of coordinates that a user names. Raises :class:`InputError` for another word."""
    for known in get_args(Crs):
        if text == known:
            return known  # type: ignore[no-any-return]
    if text is None:
        return None
    raise InputError(
        "crs",
        zh="没有这种坐标",
        en="there are no such coordinates",
        value=text[:20],
        expected=Text(
            "planar（平面，米）或 lonlat（经纬度）", "planar (metres) or lonlat (degrees)"
        ),
    )


def read_points(path: Path, role: Role, *, crs: Crs | None, placed: bool = True) -> Points:
    """The rows of a table (CSV, TSV, XLSX) as points.

    Known columns: ``id`` (the number of the row where there is none), ``lon`` and ``lat`` or
    ``x`` and ``y``, ``weight``, ``district``, ``capacity``; ``crs`` says what coordinates are,
    their names by default. ``placed`` tells that coordinates are needed.
    Raises :class:`SourceError` and :class:`InputError`.
    """
    if not path.is_file():
        raise SourceError(
            f"没有{_NAMES[role].zh} {path.name}", f"there is no {path.name}", reason="damaged"
        )
    table = open_table(path, limits=LIMITS)
    rows = list(table.rows)
    if not rows:
        raise InputError(
            role,
            zh=f"{_NAMES[role].zh}是空的",
            en=f"{_NAMES[role].en} is empty",
            value=path.name,
            expected=Text("标题行之下至少一行", "at least one row below the header"),
        )
    try:
        return _Reader(table.columns, rows, role, path.name).points(crs, placed=placed)
    except InputError as error:
        raise error.at(Text(path.name, path.name)) from None


class _Reader:
    """The columns of one table."""

    def __init__(
        self, columns: Sequence[str], rows: Sequence[RawRow], role: Role, name: str
    ) -> None:
        self._columns, self._rows, self._role, self._name = columns, rows, role, name
        self._numbered = np.array([row.number for row in rows], dtype=np.int64)

    def points(self, crs: Crs | None, *, placed: bool) -> Points:
        """All rows."""
        found = self._axes(crs)
        if placed and found is None:
            raise self._no_coordinates()
        notes: list[Text] = []
        x = y = np.empty(0)
        if found:
            names, crs = found
            x, y = (numbers(self._cells(name), self._numbered, name) for name in names)
            self._check_positions(x, y, crs)
        weights = np.ones(len(self._rows))
        if self._role == "demand":
            weights = self._weights(notes)
        district, capacity = self._found("district"), self._capacity_column()
        return Points(
            ids=self._ids(),
            x=x,
            y=y,
            crs=crs if found else None,
            weights=weights,
            district=tuple(self._cells(district)) if district else None,
            capacity=self._capacities(capacity) if capacity else None,
            notes=tuple(notes),
        )

    def _cells(self, column: str) -> list[str]:
        return [cell.strip() for cell in column_of(self._columns, self._rows, column)]

    def _found(self, wanted: str) -> str | None:
        known = [
            (each.rank, column)
            for column in self._columns
            if (each := meaning(column)) and each.column == wanted
        ]
        return min(known)[1] if known else None

    def _axes(self, crs: Crs | None) -> tuple[tuple[str, str], Crs] | None:
        """The columns of coordinates and what they are."""
        plane = tuple(
            next((c for c in self._columns if bare(c) in words), None) for words in _PLANAR
        )
        axes: dict[str, list[tuple[int, str]]] = {"lon": [], "lat": []}
        for column in self._columns:
            known = coordinate_meaning(column)
            if known and known.axis in axes and column not in plane:
                axes[known.axis].append((known.rank, column))
        degrees = tuple(min(each)[1] if each else None for each in axes.values())
        pairs: list[tuple[Crs, tuple[str | None, ...]]] = [("lonlat", degrees), ("planar", plane)]
        whole = [(kind, (a, b)) for kind, (a, b) in pairs if a is not None and b is not None]
        # Asked for one kind, columns of its name are taken before those of the other.
        whole.sort(key=lambda each: each[0] != crs)
        return (whole[0][1], crs or whole[0][0]) if whole else None

    def _no_coordinates(self) -> InputError:
        listed = self._columns[:_MOST_NAMED]
        return InputError(
            self._role,
            zh="没有坐标列",
            en="there are no columns of coordinates",
            value=None,
            expected=Text(
                f"lon、lat 两列，或 x、y 两列（米）；现有的列：{'、'.join(listed)}",
                f"lon and lat, or x and y in metres; the columns are: {', '.join(listed)}",
            ),
        )

    def _check_positions(self, x: Floats, y: Floats, crs: Crs) -> None:
        if crs == "lonlat":
            require_positions(x, y, self._numbered)
            return
        bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
        if len(bad):
            raise InputError(
                self._role,
                zh=f"第 {self._numbered[bad[0]]} 行的坐标不是有限的数",
                en=f"the coordinates in row {self._numbered[bad[0]]} are no finite numbers",
                value=None,
            )

    def _weights(self, notes: list[Text]) -> Floats:
        named = weight_column(self._columns, None)
        if named is None:
            notes.append(
                Text(
                    f"{self._name} 没有权重列，每个点计 1",
                    f"{self._name} has no column of weights: each point counts 1",
                )
            )
            return np.ones(len(self._rows))
        weights = numbers(self._cells(named), self._numbered, named)
        require_weights(weights, self._numbered)
        nothing = int((weights == 0.0).sum())
        if nothing:
            notes.append(
                Text(
                    f"{self._name} 有 {nothing} 个点的权重为 0，不算需求",
                    f"{self._name} has {nothing} point(s) of weight 0, which are no demand",
                )
            )
        return weights

    def _ids(self) -> tuple[str, ...]:
        named = self._found("id")
        if named is None:
            return tuple(str(nth) for nth in range(1, len(self._rows) + 1))
        ids = self._cells(named)
        seen: set[str] = set()
        for each, row in zip(ids, self._numbered.tolist(), strict=True):
            if not each or each in seen:
                raise InputError(
                    "id",
                    zh=f"第 {row} 行的编号" + (f"“{each[:40]}”出现两次" if each else "是空的"),
                    en=f"the id in row {row} "
                    + (f"({each[:40]}) stands twice" if each else "is empty"),
                    value=each[:40],
                    expected=Text("每行一个不同的编号", "an id of its own in each row"),
                )
            seen.add(each)
        return tuple(ids)

    def _capacity_column(self) -> str | None:
        return next((c for c in self._columns if bare(c) in _CAPACITY), None)

    def _capacities(self, column: str) -> Floats:
        found = numbers(self._cells(column), self._numbered, column)
        bad = np.flatnonzero(~(np.isfinite(found) & (found >= 0.0)))
        if len(bad):
            raise InputError(
                "capacity",
                zh=f"第 {self._numbered[bad[0]]} 行的容量 {found[bad[0]]:g} 不可用",
                en=f"the capacity {found[bad[0]]:g} in row {self._numbered[bad[0]]} is none",
                value=f"{found[bad[0]]:g}",
                expected=Text("不小于 0 的数", "numbers of 0 or more"),
            )
        return found
