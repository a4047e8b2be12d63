"""Cells as files: written under their own hash, and kept for a time after they changed.

A phone, or a cache on the way to it, may hold an index of yesterday; the cells that it names are
to be had for :data:`KEPT_DAYS` after the list changed.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import orjson

from geo.cells.stations import StationCells, digest
from geo.cells.tiles import ZOOM, Tile

KEPT_DAYS: Final = 31
_READABLE: Final = 0o644


class CellFolder:
    """A folder of cells, ``13/{x}/{y}.{hash}.json`` below it, and what it keeps for how long."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, cells: StationCells, city: str, on: date) -> Mapping[str, str]:
        """Write the cells of a city that are not there, and remove those replaced long ago.

        Gives what the address of each tile (``x/y``) carries. ``on`` is today.
        """
        digests: dict[str, str] = {}
        for tile in cells.tiles_of_city(city):
            content = cells.content(tile)
            digests[tile.key] = digest(content)
            path = self.path(tile.key, digests[tile.key])
            if not path.is_file():
                write_whole(path, content)
        self._record(city, digests, on)
        return digests

    def read(self, tile: Tile, address: str) -> bytes | None:
        """A cell of this or of an earlier revision; ``None`` if it is not kept."""
        try:
            return self.path(tile.key, address).read_bytes()
        except FileNotFoundError:
            return None

    def path(self, key: str, address: str) -> Path:
        """Where a cell lies."""
        return self.folder / str(ZOOM) / f"{key}.{address}.json"

    def _record(self, city: str, digests: Mapping[str, str], on: date) -> None:
        record = self.folder / "kept" / f"{city}.json"
        before = orjson.loads(record.read_bytes()) if record.is_file() else {}
        names = {f"{key}.{address}" for key, address in digests.items()}
        replaced: dict[str, str] = before.get("replaced", {})
        replaced |= dict.fromkeys(set(before.get("current", ())) - names, on.isoformat())
        oldest = (on - timedelta(days=KEPT_DAYS)).isoformat()
        replaced = {name: day for name, day in sorted(replaced.items()) if name not in names}
        self._remove(name for name, day in replaced.items() if day < oldest)
        kept = {name: day for name, day in replaced.items() if day >= oldest}
        write_whole(record, orjson.dumps({"current": sorted(names), "replaced": kept}))

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.folder / str(ZOOM) / f"{name}.json").unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(draft).chmod(_READABLE)
    Path(draft).replace(path)
