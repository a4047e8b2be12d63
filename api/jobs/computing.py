"""Computes one plan: the stations of its revision, the plan, its files. For processes of their own.

Nothing here is imported by a worker that answers.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from api.drawing import draw_plan
from api.jobs.files import BOOK, LAYERS, PAGE, plan_parts, summary, zipped_part
from api.jobs.wanted import questions
from api.settings import Settings
from geo.demand import Demand, base_map_built_up, district_demand
from geo.errors import SnapshotError
from geo.export.plan import write_book, write_layers
from geo.places import Places, load_places
from geo.planning.model import CityPlan
from geo.planning.parameters import STANDARD
from geo.planning.plan import plan_city
from geo.planning.where import Town, read_towns
from geo.snapshot import Snapshot, SnapshotFolder
from geo.snapshot.file import file_name
from geo.store import MadePlan, PlanRecord, Store, Wanted
from geo.store.jobs_model import Part
from geo.text import Text

Progress = Callable[[float, Text], None]

_PLANNED = 0.95
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GPKG = "application/geopackage+sqlite3"


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
            # The page and the files are still to be made.
            progress=lambda share, stage: progress(_PLANNED * share, stage),
        )
        progress(_PLANNED, Text("写页面和文件", "writing the page and the files"))
        policy, html = draw_plan(settings, places, snapshot, plan, wanted.key)
        files = _files(plan, places, snapshot, Path(scratch))
    page = zipped_part(PAGE, "text/html; charset=utf-8", html.encode(), policy=policy)
    standard = parameters == STANDARD and compare is None
    return MadePlan(
        record=_record(wanted, plan, standard=standard), parts=[*plan_parts(plan), *files, page]
    )


def _files(plan: CityPlan, places: Places, snapshot: Snapshot, scratch: Path) -> Sequence[Part]:
    """The files that office programs and a GIS open."""
    book, layers = scratch / BOOK, scratch / LAYERS
    write_book(book, plan)
    write_layers(layers, plan, places, snapshot)
    return [
        zipped_part(BOOK, _XLSX, book.read_bytes()),
        zipped_part(LAYERS, _GPKG, layers.read_bytes()),
    ]


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
