"""Maximal covering with a proof, against spopt with HiGHS through PuLP.

``scripts/bench siting [--quick]``
"""

import multiprocessing
import resource
import sys
import time
from multiprocessing.queues import Queue
from queue import Empty
from typing import NamedTuple

import numpy as np
import pulp
from numpy.typing import NDArray
from spopt.locate import MCLP

from benchmarks.report import console, machine, table
from geo.siting import Effort, Problem, max_covering, reach_within_plane

Floats = NDArray[np.float64]

# So long is waited for spopt, its model and its solver together.
_PATIENCE_S = 120.0


class Instance(NamedTuple):
    """Points and candidates in a plane in metres, and the radius that covers."""

    name: str
    demand: Floats
    weights: Floats
    sites: Floats
    radius_m: float


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    city = _city()
    table(
        "818 points, each a candidate, 800 m: proven optimal",
        ("p", "seconds", "gap", "status"),
        [_row(city, count, gap=0.0) for count in (1, 5, 10, 15, 20)],
    )
    large = _large(2_000 if quick else 20_000, 400 if quick else 2_000)
    rows = [_row(large, 20, gap=0.01), _row(large, 50, gap=0.03)]
    table(large.name, ("p", "seconds", "gap", "status"), rows)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory {peak_mb:,.0f} MB")
    for instance, count, ours in ((city, 20, None), (large, 20, rows[0][1])):
        _against(instance, count, ours)


def _city() -> Instance:
    rng = np.random.default_rng(818)
    centres = rng.uniform(0, 8_000, (40, 2))
    points = centres[rng.integers(0, 40, 818)] + rng.normal(0, 600, (818, 2))
    weights = rng.integers(1, 300, 818).astype(float)
    return Instance("818 × 818", points, weights, points, 800.0)


def _large(cells: int, candidates: int) -> Instance:
    """Cells of 250 m with people around centres, and candidates where people are."""
    rng = np.random.default_rng(20_000)
    side = int(np.sqrt(cells)) + 1
    x, y = np.meshgrid(np.arange(side) * 250.0, np.arange(side) * 250.0)
    grid = np.column_stack([x.ravel(), y.ravel()])[:cells]
    centres = rng.uniform(0, side * 250.0, (25, 2))
    away = np.hypot(*(grid[:, None] - centres[None]).transpose(2, 0, 1))
    weights = np.rint(np.exp(-away / 3_000).sum(axis=1) * rng.uniform(50, 300, cells)) + 1.0
    sites = grid[rng.choice(cells, candidates, replace=False, p=weights / weights.sum())]
    name = f"{cells:,} cells × {candidates:,} candidates, 1 km"
    return Instance(name, grid, weights, sites + rng.uniform(-125, 125, sites.shape), 1_000.0)


def _row(instance: Instance, count: int, *, gap: float) -> tuple[object, ...]:
    start = time.perf_counter()
    reach = reach_within_plane(instance.demand, instance.sites, instance.radius_m)
    problem = Problem(weights=instance.weights, reach=reach)
    plan = max_covering(problem, [count], effort=Effort(gap=gap)).plans[0]
    return count, time.perf_counter() - start, f"{plan.gap:.3%}", plan.status


def _against(instance: Instance, count: int, seconds: object) -> None:
    """Both end to end, from points to a plan; the gap asked of ours, or the optimum."""
    ours = float(str(seconds or _row(instance, count, gap=0.0)[1]))
    context = multiprocessing.get_context("spawn")
    told: Queue[float] = context.Queue()
    gap = 0.01 if seconds else 0.0
    peer = context.Process(target=_spopt, args=(instance, count, gap, told))
    start = time.perf_counter()
    peer.start()
    try:
        theirs, words = told.get(timeout=_PATIENCE_S), ""
    except Empty:
        theirs, words = time.perf_counter() - start, "at least "
        peer.terminate()
    peer.join()
    console.print(
        f"{instance.name}, p = {count}: spopt {words}{theirs:.1f} s, ours {ours:.2f} s: "
        f"{words}{theirs / ours:,.0f} ×"
    )


def _spopt(instance: Instance, count: int, gap: float, told: "Queue[float]") -> None:
    """The seconds that spopt takes; it needs the whole matrix of distances."""
    start = time.perf_counter()
    away = np.hypot(*(instance.demand[:, None] - instance.sites[None]).transpose(2, 0, 1))
    model = MCLP.from_cost_matrix(away, instance.weights, instance.radius_m, p_facilities=count)
    model.solve(pulp.HiGHS(msg=False, gapRel=gap), results=False)
    told.put(time.perf_counter() - start)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
