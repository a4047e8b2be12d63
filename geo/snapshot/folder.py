"""The folder of snapshots: published atomically, the last good one always at hand."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from geo.catalogue import CatalogueInfo
from geo.errors import SetupError, SnapshotError
from geo.snapshot import file
from geo.snapshot.columns import table_of, table_of_columns
from geo.snapshot.snapshot import Snapshot
from geo.station import Station
from geo.text import Text

# The names of the kept snapshots, the newest first, one a line.
_POINTER = "current"
_KEPT = 3
# A GIS may run as another user than the service.
_READABLE = 0o644


class SnapshotFolder:
    """Snapshots in one folder. ``problem`` says why the newest one does not serve, if so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: Text | None = None

    def publish(self, stations: Iterable[Station], info: CatalogueInfo) -> Snapshot:
        """Write a snapshot, verify it by loading it, and only then make it the current one.

        A crash at any moment leaves the previous one current. Raises
        :class:`SetupError` where the folder cannot be written.
        """
        return self._publish(table_of(list(stations)), info)

    def publish_columns(
        self, batches: Iterable[Mapping[str, Sequence[Any]]], info: CatalogueInfo
    ) -> Snapshot:
        """The same from the columns of a store: :func:`geo.snapshot.columns.table_of_columns`."""
        return self._publish(table_of_columns(batches), info)

    def _publish(self, table: pa.Table, info: CatalogueInfo) -> Snapshot:
        content = file.encode(table, info)
        path = self.folder / file.file_name(hashlib.sha256(content).hexdigest())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not _is_good(path):
                _write(path, content)
            snapshot = Snapshot.open(path)
            names = [path.name, *(name for name in self._names() if name != path.name)]
            _write(self.folder / _POINTER, "".join(f"{n}\n" for n in names[:_KEPT]).encode())
            self._remove_all_but(names[:_KEPT])
        except OSError as error:
            raise SetupError(
                f"无法写入快照目录 {self.folder.name}：{error.strerror}",
                f"cannot write to the snapshot folder {self.folder.name}: {error.strerror}",
            ) from error
        self.problem = None
        return snapshot

    def current(self) -> Snapshot:
        """The newest snapshot that is whole; ``problem`` is set if it is not the newest one.

        Raises :class:`SnapshotError` if there is none.
        """
        self.problem = None
        for name in self._names():
            try:
                return Snapshot.open(self.folder / name)
            except SnapshotError as error:
                self.problem = self.problem or error.text
        problem = self.problem or Text("还没有快照", "there is no snapshot yet")
        raise SnapshotError(problem.zh, problem.en)

    def _names(self) -> list[str]:
        try:
            lines = (self.folder / _POINTER).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            lines = []
        # A damaged pointer must not hide the snapshots that lie beside it.
        found = sorted(
            self.folder.glob(file.file_name("*")), key=lambda p: p.stat().st_mtime, reverse=True
        )
        return list(dict.fromkeys([*lines, *(path.name for path in found)]))

    def _remove_all_but(self, names: list[str]) -> None:
        for path in self.folder.glob(file.file_name("*")):
            if path.name not in names:
                path.unlink(missing_ok=True)


def _is_good(path: Path) -> bool:
    try:
        Snapshot.open(path)
    except SnapshotError:
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    """Replace a file at once: its content reaches the disk first, its name after that."""
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fchmod(out.fileno(), _READABLE)
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
