"""The nation on Dask: every city at 1 km with one process and with two, and what each takes.

``scripts/bench nation [--quick]`` (quick: one province). The answers are compared to the last bit.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from distributed import Client

from benchmarks.data import nation, province
from benchmarks.report import console, machine, table
from geo.batch.nation import all_cities, cluster, measure_nation
from geo.batch.totals import total
from geo.places import Place, load_places
from geo.snapshot import Snapshot

_RADIUS_M = 1000.0
_WORKERS = (1, 2)


class Run(NamedTuple):
    """Seconds of the clock and of all processes, megabytes of the largest, and the figures."""

    seconds: float
    cpu_s: float
    peak_mb: float
    answer: str
    shown: str


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    places = load_places()
    cities = places.cities_of("410000") if quick else all_cities(places)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = province(Path(folder)) if quick else nation(Path(folder))
        # In turns, so that a noisy minute falls on both.
        rounds = 2 if quick else 1
        runs = [(n, _run(snapshot, cities, n)) for _ in range(rounds) for n in _WORKERS]
    single = [run.seconds for n, run in runs if n == 1]
    table(
        f"{len(cities)} cities, {sum(snapshot.by_city.values()):,} synthetic stations, 1 km",
        ("processes", "seconds", "× one process", "CPU seconds", "MB of the largest", "stations/s"),
        [
            (
                str(n),
                run.seconds,
                single[nth // len(_WORKERS)] / run.seconds,
                run.cpu_s,
                run.peak_mb,
                sum(snapshot.by_city.values()) / run.seconds,
            )
            for nth, (n, run) in enumerate(runs)
        ],
    )
    answers = {run.answer for _, run in runs}
    console.print(f"{len(runs)} runs, {len(answers)} answer(s): {runs[0][1].shown}")
    console.print(f"{os.cpu_count()} cores; load when done: {os.getloadavg()[0]:.1f}")


def _run(snapshot: Snapshot, cities: Sequence[Place], workers: int) -> Run:
    """One answer; the start of the processes is not counted, the loading of stations is."""
    with cluster(workers=workers) as client:
        before = _cpu_s(client)
        start = time.perf_counter()
        found = measure_nation(client, snapshot, cities, radius_m=_RADIUS_M)
        seconds = time.perf_counter() - start
        cpu_s, peak_mb = _cpu_s(client) - before, _peak_mb(client)
    whole = total(each.city for each in found)
    return Run(seconds, cpu_s, peak_mb, repr(found), f"{whole.people_ratio}, {whole.area_ratio}")


def _cpu_s(client: Client) -> float:
    return float(sum(client.run(time.process_time).values()))


def _peak_mb(client: Client) -> float:
    usage = client.run(lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return float(max(usage.values())) / 1e3


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
