"""The snapshot that is served: imported when the lists have changed, else the last good one.

Importing happens in one process, before any worker starts. What went wrong is kept beside
the snapshots, so that every worker's ``/health`` can tell it.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from api.settings import Settings
from geo.errors import CatalogError, SnapshotError, YizhanError
from geo.snapshot import Snapshot, SnapshotFolder
from geo.text import Text

if TYPE_CHECKING:
    from geo.validation import Catalogue

_DEMO_PROVINCE, _DEMO_STATIONS, _DEMO_SEED = "410000", 11_500, 1

Progress = Callable[[str, float], None]


class Served(NamedTuple):
    """A snapshot, and why it is not the newest list (``None`` if it is)."""

    snapshot: Snapshot
    problem: Text | None


def open_snapshot(settings: Settings) -> Served:
    """The current snapshot, without looking at the lists. Raises :class:`SnapshotError`."""
    folder = _folder(settings)
    snapshot = folder.current()
    return Served(snapshot, folder.problem or _read_problem(settings))


def current_snapshot(
    settings: Settings, progress: Progress = lambda _title, _share: None
) -> Snapshot:
    """The snapshot of the lists as they are now: imported first if they have changed.

    A list that cannot be used leaves the last good snapshot in place; ``open_snapshot``
    then tells the problem. Raises :class:`CatalogError` if there is none to fall back to.
    """
    from geo.sources.catalog import sources_digest

    if settings.demo:
        _ensure_demo(settings, progress)
    try:
        digest = sources_digest(settings.catalogue_dir)
        snapshot = _last_good(settings)
        if snapshot is None or snapshot.info.sources_digest != digest:
            return _import(settings, progress)
        _write_problem(settings, _read_problem(settings))
    except CatalogError as error:
        return _fall_back(settings, error)
    return snapshot


def _import(settings: Settings, progress: Progress) -> Snapshot:
    from geo.places import load_places
    from geo.validation import read_catalogue

    catalogue = read_catalogue(
        settings.catalogue_dir,
        load_places(),
        progress=lambda share: progress("导入名录 / importing the lists", share),
    )
    if catalogue.unread_files:
        names = ", ".join(catalogue.unread_files)
        raise CatalogError(
            f"名录文件无法使用：{names}；运行 yizhan check 查看原因",
            f"these files of the catalogue cannot be used: {names}; see yizhan check",
        )
    snapshot = _folder(settings).publish(catalogue.stations, catalogue.info)
    _write_problem(settings, _rejections(catalogue))
    return snapshot


def _rejections(catalogue: "Catalogue") -> Text | None:
    """Rejected rows do not stop an import; they are told until they are mended."""
    count = catalogue.rejected_rows
    if not count:
        return None
    return Text(
        f"名录中有 {count} 行有误、未导入；运行 yizhan check 查看",
        f"{count} rows of the lists are in error and were not imported; see yizhan check",
    )


def _fall_back(settings: Settings, error: YizhanError) -> Snapshot:
    snapshot = _last_good(settings)
    if snapshot is None:
        raise error
    _write_problem(settings, error.text)
    return snapshot


def _last_good(settings: Settings) -> Snapshot | None:
    try:
        return _folder(settings).current()
    except SnapshotError:
        return None


def _folder(settings: Settings) -> SnapshotFolder:
    return SnapshotFolder(settings.data_home / "snapshots")


def _problem_path(settings: Settings) -> Path:
    return settings.data_home / "import-problem.json"


def _read_problem(settings: Settings) -> Text | None:
    try:
        return Text(*json.loads(_problem_path(settings).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return Text("导入记录无法读取", "the record of the last import cannot be read")


def _write_problem(settings: Settings, problem: Text | None) -> None:
    path = _problem_path(settings)
    if problem is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(json.dumps(problem, ensure_ascii=False), encoding="utf-8")


def _ensure_demo(settings: Settings, progress: Progress) -> None:
    """The synthetic lists, written on first use; seeded, so that they are always the same."""
    if (settings.catalogue_dir / "catalog.toml").is_file():
        return
    from geo.places import load_places
    from geo.synth import write_catalogue

    write_catalogue(
        settings.catalogue_dir / "synthetic.csv",
        load_places(),
        provinces=[_DEMO_PROVINCE],
        stations=_DEMO_STATIONS,
        seed=_DEMO_SEED,
        progress=lambda share: progress("生成示意数据 / writing synthetic data", share),
    )
