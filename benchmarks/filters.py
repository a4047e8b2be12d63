"""The nearest that are open, or have what few have: against PostGIS KNN + WHERE in the same run.

PostGIS is given every advantage: whether a station is open at the moment asked about stands in
a column of its own, where the index computes it from the opening hours.

``scripts/bench filters [--quick]``
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from benchmarks import postgis
from benchmarks.data import NATION, clustered
from benchmarks.report import console, machine, table
from geo.catalogue import CatalogueInfo
from geo.geodesic import GEOD
from geo.hours import SHANGHAI
from geo.index import ANY, Filter, OpenAt, StationIndex
from geo.index.schedules import OPEN
from geo.position import Position
from geo.snapshot import Snapshot, SnapshotFolder
from geo.station import PublishedPosition, Station

_K = 5
_CHECKED = 40
_TURN = 50
# So many of each: at 14:00 about half are open, at 02:00 6.5 %, 24/7 and nights.
_HOURS = (
    ("24小时", 0.05),
    ("18:00-05:00", 0.015),
    ("07:30-22:30", 0.20),
    ("周一至周五 08:30-17:30", 0.20),
    ("周一至周五 08:30-12:00,14:30-17:30", 0.25),
    ("08:00-12:00", 0.285),
)
_RARE_SHARE = 0.001
_DAY = datetime(2026, 11, 24, tzinfo=SHANGHAI)


class _Case(NamedTuple):
    """A question, and the column that answers it in PostGIS."""

    name: str
    where: Filter
    open_at: OpenAt | None
    column: str
    wanted: float


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    questions = 200 if quick else 1_000
    lon, lat = clustered(NATION, 1)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(Path(folder), lon, lat)
        index = StationIndex(snapshot)
        cases = _cases()
        masks = {case.column: _mask(index, case) for case in cases}
        with postgis.postgis() as connection:
            if connection is None:
                console.print("PostGIS is not installed here: left out")
            else:
                _fill(connection, snapshot, masks)
            rows = [_measured(case, index, masks, connection, questions) for case in cases]
    columns = ("question", "pass %", "median µs", "p99 µs", "PostGIS µs", "× ours", "wrong")
    table(f"{NATION:,} stations, k = {_K}, {questions} questions", columns, rows)


def _cases() -> tuple[_Case, ...]:
    known = OpenAt(_DAY.replace(hour=14), "exclude")
    night = OpenAt(_DAY.replace(hour=2), "exclude")
    rare = Filter(facilities=frozenset({"aed"}), unknown_facilities="exclude")
    return (
        _Case("open at 14:00", ANY, known, "open14", 2.0),
        _Case("open at 02:00", ANY, night, "open02", 3.0),
        _Case("a facility that 0.1 % have", rare, None, "rare", 30.0),
    )


def _snapshot(folder: Path, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Snapshot:
    rng = np.random.default_rng(3)
    texts, shares = zip(*_HOURS, strict=True)
    hours = rng.choice(np.array(texts), len(lon), p=shares).tolist()
    rare = (rng.random(len(lon)) < _RARE_SHARE).tolist()
    stations = [
        _station(nth, x, y, hours[nth], rare=rare[nth])
        for nth, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    info = CatalogueInfo(provinces=(), declarations=(), synthetic=True, sources_digest="")
    return SnapshotFolder(folder).publish(stations, info)


def _station(nth: int, lon: float, lat: float, hours: str, *, rare: bool) -> Station:
    return Station(
        id=f"410102-{nth:06d}",
        name="示意",
        kind="rest_station",
        position=Position(lon, lat),
        position_quality="unknown",
        published=PublishedPosition(lon, lat, "wgs84"),
        address="",
        city="410100",
        district="410102",
        hours_text=hours,
        facilities=frozenset({"aed"} if rare else ()),
        facilities_known=True,
        source="benchmark",
        synthetic=True,
    )


def _mask(index: StationIndex, case: _Case) -> NDArray[np.bool_]:
    if case.open_at:
        mask: NDArray[np.bool_] = index.schedules.states(case.open_at.at) == OPEN
        return mask
    rows = {s.row for s in index.nearest_rows(113.6, 34.7, k=NATION, where=case.where)}
    return np.isin(np.arange(NATION), list(rows))


def _fill(connection: Connection, snapshot: Snapshot, masks: dict[str, NDArray[np.bool_]]) -> None:
    names = ", ".join(f"{name} bool" for name in masks)
    connection.execute(f"CREATE TABLE stations (row int, at geography(Point, 4326), {names})")
    with connection.cursor().copy("COPY stations FROM STDIN") as copy:
        columns = [mask.tolist() for mask in masks.values()]
        points = zip(snapshot.lon.tolist(), snapshot.lat.tolist(), *columns, strict=True)
        for row, (x, y, *flags) in enumerate(points):
            copy.write_row((row, f"SRID=4326;POINT({x!r} {y!r})", *flags))
    connection.execute("CREATE INDEX ON stations USING gist (at)")
    connection.execute("VACUUM ANALYZE stations")


def _measured(
    case: _Case,
    index: StationIndex,
    masks: dict[str, NDArray[np.bool_]],
    connection: Connection | None,
    questions: int,
) -> tuple[str | float, ...]:
    mask = masks[case.column]
    x, y = (each.tolist() for each in clustered(questions, 7))

    def ours(lon: float, lat: float) -> list[int]:
        hits = index.nearest_rows(lon, lat, k=_K, where=case.where, open_at=case.open_at)
        return [hit.row for hit in hits]

    def theirs(lon: float, lat: float) -> list[int]:
        if connection is None:
            return []
        query = (
            f"SELECT row FROM stations WHERE {case.column}"
            " ORDER BY at <-> ST_Point(%s, %s)::geography LIMIT %s"
        )
        found = connection.execute(query, (lon, lat, _K), prepare=True)
        return [row for (row,) in found.fetchall()]

    ours(x[0], y[0]), theirs(x[0], y[0])
    our_times: list[float] = []
    their_times: list[float] = []
    # In turns of many questions each: another engine's query leaves the caches cold.
    for first in range(0, questions, _TURN):
        turn = list(zip(x[first : first + _TURN], y[first : first + _TURN], strict=True))
        our_times += [_taken(ours, lon, lat) for lon, lat in turn]
        their_times += [_taken(theirs, lon, lat) for lon, lat in turn]
    wrong = sum(
        ours(lon, lat) != _brute(index, mask, lon, lat)
        for lon, lat in zip(x[:_CHECKED], y[:_CHECKED], strict=True)
    )
    mine, other = float(np.median(our_times)), float(np.median(their_times))
    p99 = float(np.quantile(our_times, 0.99))
    share = 100.0 * float(mask.mean())
    return (case.name, share, mine * 1e6, p99 * 1e6, other * 1e6, other / mine, float(wrong))


def _taken(ask: Callable[[float, float], list[int]], lon: float, lat: float) -> float:
    start = time.perf_counter()
    ask(lon, lat)
    return time.perf_counter() - start


def _brute(index: StationIndex, mask: NDArray[np.bool_], lon: float, lat: float) -> list[int]:
    rows = np.flatnonzero(mask)
    at = index.snapshot
    n = len(rows)
    _, _, metres = GEOD.inv(np.full(n, lon), np.full(n, lat), at.lon[rows], at.lat[rows])
    order = np.lexsort((rows, metres))[:_K]
    return [int(row) for row in rows[order]]


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
