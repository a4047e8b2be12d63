"""The snapshot that is served: that of the store's newest revision, else the last good one.

The folder of lists is taken into the store when it has changed: in one process, before any
worker starts. What went wrong is kept beside the snapshots, so that every worker's
``/health`` can tell it.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from api.settings import Settings
from geo.errors import CatalogError, SetupError, SnapshotError
from geo.snapshot import Snapshot, SnapshotFolder
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import Store
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
    """The snapshot of the newest revision, the lists of the folder taken in if they changed.

    A list that cannot be used leaves the last good revision in place; ``open_snapshot``
    then tells the problem. Raises :class:`CatalogError` if there is none to fall back to.
    """
    ensure_lists(settings, progress)
    store = open_store_of(settings)
    try:
        take_folder_in(settings, store, progress)
    except CatalogError as error:
        if not store.head():
            raise
        _write_problem(settings, error.text)
    try:
        return publish_head(settings, store)
    finally:
        store.close()


def open_store_of(settings: Settings) -> "Store":
    """The store of revisions. Raises :class:`~geo.errors.SetupError` if it cannot be opened."""
    from geo.store import open_store

    settings.data_home.mkdir(parents=True, exist_ok=True)
    return open_store(settings.store_url)


def publish_head(settings: Settings, store: "Store") -> Snapshot:
    """The snapshot of the newest revision, written if it is not there yet."""
    folder = _folder(settings)
    with _one_at_a_time(settings):
        head = store.head()
        try:
            snapshot = folder.current()
        except SnapshotError:
            snapshot = None
        if snapshot is None or folder.problem or snapshot.info.revision != head:
            snapshot = folder.publish_columns(store.columns(head), store.info(head))
    return snapshot


def publish_aside(settings: Settings) -> None:
    """As :func:`publish_head`, in a process of its own: neither its time nor its memory is ours.

    Raises :class:`SetupError` if it fails; what was kept in the store stays kept.
    """
    environment = os.environ | {"YIZHAN_DEMO": str(settings.demo)}
    command = [sys.executable, "-m", "api.publish_head"]
    done = subprocess.run(  # noqa: S603 (a fixed command)
        command, check=False, stdin=subprocess.DEVNULL, env=environment
    )
    if done.returncode:
        raise SetupError(
            "新版本已保存，但快照未能写出；重启服务或再试",
            "the revision is kept, but its snapshot could not be written: try again",
        )


def take_folder_in(
    settings: Settings, store: "Store", progress: Progress = lambda _title, _share: None
) -> None:
    """Commit what the folder of lists changed since it was last taken in.

    Raises :class:`CatalogError` if a file of it cannot be used: then nothing is taken.
    """
    from geo.sources.catalog import sources_digest

    digest = sources_digest(settings.catalogue_dir)
    taken = settings.data_home / "folder-taken"
    if store.head() and taken.is_file() and taken.read_text(encoding="utf-8") == digest:
        return
    from geo.importing.folder import folder_proposal
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
    store.commit(folder_proposal(catalogue, store))
    taken.write_text(digest, encoding="utf-8")
    _write_problem(settings, _rejections(catalogue))


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Processes of one machine write one snapshot, not one each."""
    folder = settings.data_home / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _rejections(catalogue: "Catalogue") -> Text | None:
    """Rejected rows do not stop an import; they are told until they are mended."""
    count = catalogue.rejected_rows
    if not count:
        return None
    return Text(
        f"名录中有 {count} 行有误、未导入；运行 yizhan check 查看",
        f"{count} rows of the lists are in error and were not imported; see yizhan check",
    )


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


def ensure_lists(settings: Settings, progress: Progress) -> None:
    """The synthetic lists, written on first use; seeded, so that they are always the same."""
    if not settings.demo or (settings.catalogue_dir / "catalog.toml").is_file():
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
