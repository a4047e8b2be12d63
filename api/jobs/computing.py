"""Computes one plan: the stations of its revision, the plan, its files. For processes of their own.

Nothing here is imported by a worker that answers.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from api.jobs.files import plan_parts, summary
from api.jobs.wanted import questions
from api.settings import Settings
from geo.demand import Demand, base_map_built_up, district_demand
from geo.errors import SnapshotError
from geo.places import Places, load_places
from geo.planning.model import CityPlan
from geo.planning.parameters import STANDARD
from geo.planning.plan import plan_city
from geo.planning.where import Town, read_towns
from geo.snapshot import Snapshot, SnapshotFolder
from geo.snapshot.file import file_name
from geo.store import MadePlan, PlanRecord, Store, Wanted
from geo.text import Text

Progress = Callable[[float, Text], None]


def compute(settings: Settings, store: Store, wanted: Wanted, progress: Progress) -> MadePlan:
    """The plan that is wanted, with all its files. Raises :class:`~geo.errors.YizhanError`."""
    places = load_places()
    parameters, compare = questions(wanted.request)
    with tempfile.TemporaryDirectory(prefix="yizhan-plan-") as scratch:
        snapshot = _snapshot(settings, store, wanted, Path(scratch))
        plan = plan_city(
            snapshot,
            places,
            wanted.city,
            parameters=parameters,
            demand=_demand(settings, places, snapshot, wanted.city),
            compare=None if compare is None else _of_revision(store, compare, Path(scratch)),
            towns=_towns(settings),
            progress=progress,
        )
    standard = parameters == STANDARD and compare is None
    return MadePlan(record=_record(wanted, plan, standard=standard), parts=plan_parts(plan))


def _record(wanted: Wanted, plan: CityPlan, *, standard: bool) -> PlanRecord:
    return PlanRecord(
        key=wanted.key,
        city=wanted.city,
        revision=wanted.revision,
        snapshot=wanted.snapshot,
        standard=standard,
        summary=summary(plan),
        made_at=datetime.now(UTC),
    )


def _snapshot(settings: Settings, store: Store, wanted: Wanted, scratch: Path) -> Snapshot:
    """The stations that were served when the plan was asked for, as served or made once more."""
    served = settings.data_home / "snapshots" / file_name(wanted.snapshot)
    try:
        return Snapshot.open(served)
    except SnapshotError:
        return _of_revision(store, wanted.revision, scratch)


def _of_revision(store: Store, number: int, scratch: Path) -> Snapshot:
    stations = (each.station for each in store.stations(number))
    return SnapshotFolder(scratch).publish(stations, store.info(number))


def _demand(settings: Settings, places: Places, snapshot: Snapshot, city: str) -> Demand | None:
    """The people of the districts, the urban ones on built-up land where a base map shows it."""
    built_up = base_map_built_up(settings.base_map) if settings.base_map else None
    if built_up is None:
        return None
    rows = snapshot.rows_of_city(city)
    near = snapshot.lon[rows], snapshot.lat[rows]
    return district_demand(places, city, built_up=built_up, near=near)


def _towns(settings: Settings) -> Sequence[Town]:
    return read_towns(settings.base_map) if settings.base_map else ()
