"""Computes one plan: the stations of its revision, the plan, its files. For processes of their own.

Nothing here is imported by a worker that answers.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from api.drawing import draw_plan, options_of
from api.jobs.files import PAGE, plan_parts, summary, zipped_part
from api.jobs.wanted import questions
from api.people import People, towns_of
from api.settings import Settings
from geo.errors import SnapshotError
from geo.places import Places, load_places
from geo.planning.model import CityPlan
from geo.planning.parameters import STANDARD
from geo.planning.plan import plan_city
from geo.snapshot import Snapshot, SnapshotFolder
from geo.snapshot.file import file_name
from geo.store import MadePlan, PlanRecord, Store, Wanted
from geo.store.jobs_model import Part
from geo.text import Text
from maps.plan import FileLink
from maps.plan_folder import write_tables
from maps.report import has_font, write_report

Progress = Callable[[float, Text], None]

_PLANNED = 0.95
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gpkg": "application/geopackage+sqlite3",
}


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
            demand=People().of(places, snapshot, wanted.city, settings.base_map),
            compare=None if compare is None else _of_revision(store, compare, Path(scratch)),
            towns=towns_of(settings.base_map),
            # The page and the files are still to be made.
            progress=lambda share, stage: progress(_PLANNED * share, stage),
        )
        progress(_PLANNED, Text("写页面和文件", "writing the page and the files"))
        folder = Path(scratch) / "files"
        files = _write_files(folder, settings, plan, places, snapshot)
        parts = [_part_of(folder, each.href) for each in files]
        policy, html = draw_plan(settings, places, snapshot, plan, key=wanted.key, files=files)
    page = zipped_part(PAGE, "text/html; charset=utf-8", html.encode(), policy=policy)
    standard = parameters == STANDARD and compare is None
    return MadePlan(
        record=_record(wanted, plan, standard=standard), parts=[*plan_parts(plan), *parts, page]
    )


def _write_files(
    folder: Path, settings: Settings, plan: CityPlan, places: Places, snapshot: Snapshot
) -> list[FileLink]:
    """The files of the plan's folder; the report where the machine has its Chinese font."""
    folder.mkdir()
    report = []
    if has_font():
        options = options_of(settings)
        report = write_report(folder, plan, places, snapshot, options, pictures=False)
    return [*report, *write_tables(folder, plan, places, snapshot)]


def _part_of(folder: Path, name: str) -> Part:
    path = folder / name
    return zipped_part(name, _MEDIA_TYPES[path.suffix], path.read_bytes())


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
    return SnapshotFolder(scratch).publish_columns(store.columns(number), store.info(number))
