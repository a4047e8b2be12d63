"""Plans cities one by one, or side by side in processes of their own, and writes their folders."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from api.people import People, towns_of
from geo.export.folder import whole_folder
from geo.places import Place, load_places
from geo.planning.model import CityPlan
from geo.planning.parameters import Parameters
from geo.planning.plan import plan_city
from geo.snapshot import Snapshot
from geo.text import Text
from maps.options import Options
from maps.plan_folder import PAGE, write_files, write_plan, write_ranking

Told = Callable[[float, Text], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every city, in a form that goes to other processes.

    ``before`` is the file of an earlier revision, to compare with.
    """

    snapshot: Path
    before: Path | None
    parameters: Parameters
    people: People
    options: Options


def plan_one(asked: Asked, city: str, told: Told = lambda _share, _what: None) -> CityPlan:
    """The plan of a city. Raises what :func:`~geo.planning.plan.plan_city` does."""
    base_map = asked.options.base_map
    snapshot = _opened(asked.snapshot)
    return plan_city(
        snapshot,
        load_places(),
        city,
        parameters=asked.parameters,
        demand=asked.people.of(load_places(), snapshot, city, base_map),
        compare=_opened(asked.before) if asked.before else None,
        towns=towns_of(base_map),
        progress=told,
    )


def write_city(asked: Asked, plan: CityPlan, folder: Path) -> None:
    """The folder of a plan. Raises what :func:`geo.export.folder.whole_folder` does."""
    write_plan(folder, plan, load_places(), _opened(asked.snapshot), asked.options)


def plan_many(
    asked: Asked,
    cities: Sequence[Place],
    *,
    folder: Path | None = None,
    processes: int,
    told: Callable[[int, str], None],
) -> list[CityPlan]:
    """The plans of some cities, and each one's files in a folder of its own below ``folder``.

    ``told`` hears how many are done, and the name of the last one.
    """
    work = partial(_plan_and_write, asked, folder)
    plans = []
    with ExitStack() as stack:
        done: Iterator[CityPlan]
        if processes == 1:
            done = map(work, [city.adcode for city in cities])
        else:
            # Not forked: threads of the parent would not be there, but their locks would.
            pool = ProcessPoolExecutor(
                min(processes, len(cities)),
                mp_context=get_context("spawn"),
                initializer=_leave_interrupts_to_the_parent,
            )
            stack.callback(pool.shutdown, cancel_futures=True)
            done = pool.map(work, [city.adcode for city in cities])
        for nth, (city, plan) in enumerate(zip(cities, done, strict=True), 1):
            plans.append(plan)
            told(nth, city.name)
    return plans


def write_province(
    asked: Asked,
    province: Place,
    folder: Path,
    *,
    processes: int,
    told: Callable[[int, str], None],
) -> list[CityPlan]:
    """The plans of a province's cities, and a folder with the ranking and one folder for each.

    Raises what :func:`geo.export.folder.whole_folder` does, and whatever keeps one city from
    being planned: then nothing is written.
    """
    places = load_places()
    cities = places.cities_of(province)
    with whole_folder(folder) as draft:
        plans = plan_many(asked, cities, folder=draft, processes=processes, told=told)
        snapshot = _opened(asked.snapshot)
        write_ranking(draft, plans, places, snapshot, asked.options)
    return plans


def default_processes() -> int:
    """One for each processor that we may use; four hold enough memory."""
    return min(4, len(os.sched_getaffinity(0)))


def _plan_and_write(asked: Asked, folder: Path | None, city: str) -> CityPlan:
    plan = plan_one(asked, city)
    if folder is not None:
        own = folder / city
        own.mkdir()
        snapshot = _opened(asked.snapshot)
        write_files(own, plan, load_places(), snapshot, asked.options, ranking=f"../{PAGE}")
    return plan


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@lru_cache(maxsize=2)
def _opened(path: Path) -> Snapshot:
    return Snapshot.open(path)
