"""One caller's question: exact nearest against other engines, interleaved in one run.

``scripts/bench nearest [--quick]``
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from rtree.index import Index
from scipy.spatial import cKDTree

from benchmarks import postgis
from benchmarks.data import NATION, PROVINCE, clustered
from benchmarks.report import console, machine, table
from geo.geodesic import GEOD
from geo.index.ecef import ecef, ecef_array
from geo.index.nearest import NearestSearch

Floats = NDArray[np.float64]
Engine = Callable[[float, float, int], list[int]]

_AFAR = {
    "London": (-0.1, 51.5),
    "New York": (-74.0, 40.7),
    "Urumqi": (87.6, 43.8),
    "antipode": (-66.5, -34.0),
    "South Pole": (0.0, -90.0),
    "mid-Pacific": (158.1, 24.9),
}


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    sizes = (PROVINCE, NATION) if quick else (PROVINCE, NATION, 2_000_000)
    questions = 300 if quick else 1_000
    ours: dict[tuple[int, int], float] = {}
    with postgis.postgis() as connection:
        if connection is None:
            console.print("PostGIS is not installed here: left out")
        for size in sizes:
            _size(size, questions, connection, ours)
    growth = ours[sizes[-1], 5] / ours[PROVINCE, 5]
    console.print(f"growth {PROVINCE:,} → {sizes[-1]:,} at k = 5: {growth:.2f} ×")


def _size(
    size: int, questions: int, connection: Connection | None, ours: dict[tuple[int, int], float]
) -> None:
    lon, lat = clustered(size, 1)
    start = time.perf_counter()
    search = NearestSearch(np.arange(size), lon, lat)
    search.nearest(113.66, 34.75, 5)
    built = time.perf_counter() - start
    engines: dict[str, Engine] = {
        "yizhan (exact)": lambda x, y, k: [row for _, row, _ in search.nearest(x, y, k)],
        "SciPy cKDTree ECEF + Geod": _kd_tree(lon, lat),
        "rtree on degrees": _degrees(lon, lat),
    }
    if connection is not None and size <= NATION:
        postgis.fill(connection, lon, lat)
        engines["PostGIS geography <->"] = lambda x, y, k: postgis.nearest(connection, x, y, k)
    x, y = clustered(questions, 7)
    rows = []
    for k in (1, 5, 20):
        times, wrong = _measure(engines, x, y, k, (lon, lat))
        ours[size, k] = float(np.median(times["yizhan (exact)"]))
        for name, taken in times.items():
            median = float(np.median(taken))
            p99 = float(np.quantile(taken, 0.99))
            rows.append(
                (f"{name}, k = {k}", median * 1e6, p99 * 1e6, median / ours[size, k], wrong[name])
            )
    columns = ("engine", "median µs", "p99 µs", "× ours", f"wrong of {_CHECKED}")
    table(f"{size:,} stations; index built in {built:.2f} s", columns, rows)
    _afar(search, lon, lat)


_CHECKED = 60


def _measure(
    engines: dict[str, Engine], x: Floats, y: Floats, k: int, stations: tuple[Floats, Floats]
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Every question to every engine in turn, so that a busy moment hits them all."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    wrong = dict.fromkeys(engines, 0)
    for nth, (lon, lat) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        right = _brute(*stations, lon, lat, k) if nth < _CHECKED else None
        for name, engine in engines.items():
            start = time.perf_counter()
            found = engine(lon, lat, k)
            times[name].append(time.perf_counter() - start)
            wrong[name] += right is not None and found != right
    return times, wrong


def _brute(lon: Floats, lat: Floats, x: float, y: float, k: int) -> list[int]:
    """By Geod over everything within a chord that surely holds the answer."""
    chords = ((ecef_array(lon, lat) - np.array(ecef(x, y))) ** 2).sum(axis=1)
    near = np.argpartition(chords, min(20 * k, len(lon) - 1))[: 20 * k]
    _, _, distances = GEOD.inv(np.full(len(near), x), np.full(len(near), y), lon[near], lat[near])
    return [int(row) for row in near[np.lexsort((near, distances))][:k]]


def _kd_tree(lon: Floats, lat: Floats) -> Engine:
    tree = cKDTree(ecef_array(lon, lat))

    def ask(x: float, y: float, k: int) -> list[int]:
        _, found = tree.query(np.array(ecef(x, y)), k=range(1, k + 2))
        points = np.asarray(found)
        _, _, distances = GEOD.inv(
            np.full(len(points), x), np.full(len(points), y), lon[points], lat[points]
        )
        return [int(row) for row in points[np.argsort(distances, kind="stable")][:k]]

    return ask


def _degrees(lon: Floats, lat: Floats) -> Engine:
    points = np.column_stack((lon, lat))
    index = Index((np.arange(len(lon), dtype=np.int64), points, points))
    return lambda x, y, k: list(index.nearest((x, y, x, y), k))[:k]


def _afar(search: NearestSearch, lon: Floats, lat: Floats) -> None:
    rows = []
    for name, (x, y) in _AFAR.items():
        taken = []
        for _ in range(7):
            start = time.perf_counter()
            found = search.nearest(x, y, 5)
            taken.append(time.perf_counter() - start)
        _, _, distances = GEOD.inv(np.full(len(lon), x), np.full(len(lat), y), lon, lat)
        right = np.lexsort((np.arange(len(lon)), distances))[:5].tolist()
        rows.append((name, float(np.median(taken)) * 1e3, [row for _, row, _ in found] == right))
    table(f"from afar, {len(lon):,} stations, k = 5", ("origin", "median ms", "exact"), rows)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
