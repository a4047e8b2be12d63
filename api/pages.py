"""Map pages of one revision: drawn once, kept as files that all workers share."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from api.caching import etag_base
from api.settings import Settings
from geo.places import load_places
from geo.snapshot import Snapshot

if TYPE_CHECKING:
    from geo.store import PlanRecord

_KEPT_REVISIONS = 2
_NAME_LENGTH = 24


class Page(NamedTuple):
    """A page, the policy under which it works, and what its entity tag is made of."""

    html: bytes
    policy: str
    etag: str


class Pages:
    """The index of cities and the map of each. Safe to use from threads and processes."""

    def __init__(self, settings: Settings, snapshot: Snapshot) -> None:
        self._settings, self._snapshot = settings, snapshot
        self._edition = etag_base(snapshot, "maps", str(settings.tiles), str(settings.map_approval))
        self._folder = settings.data_home / "cache" / "maps" / self._edition
        # Drawing takes all of a core: one page at a time leaves the other for answers.
        self._lock = Lock()

    def page(self, adcode: str | None, *, framed: bool = False) -> Page:
        """The map of a city, or the index of all; ``framed`` for the pages of others."""
        name = f"{adcode or 'index'}{'-framed' if framed else ''}"
        return self._kept(name, lambda: self._drawn(adcode, framed=framed))

    def ranking(self, plans: "Sequence[PlanRecord]") -> Page:
        """The page of many cities' plans."""
        keys = hashlib.sha256("\n".join(plan.key for plan in plans).encode()).hexdigest()
        return self._kept(f"plans-{keys[:_NAME_LENGTH]}", lambda: self._ranked(plans))

    def _kept(self, name: str, drawn: Callable[[], tuple[str, str]]) -> Page:
        path = self._folder / name
        if not path.is_file():
            with self._lock:
                if not path.is_file():
                    _write(path, *drawn())
                    _remove_old(self._folder.parent)
        policy, _, html = path.read_bytes().partition(b"\n")
        return Page(html, policy.decode(), f"{self._edition}-{name}")

    def picture(self, adcode: str) -> bytes:
        """A city's map as PNG."""
        path = self._folder / f"{adcode}.png"
        if not path.is_file():
            # As Folium, matplotlib is imported when the first picture is drawn.
            from geo.cells.folder import write_whole
            from maps.picture import city_picture

            with self._lock:
                write_whole(path, city_picture(load_places(), self._snapshot, adcode))
        return path.read_bytes()

    def _drawn(self, adcode: str | None, *, framed: bool) -> tuple[str, str]:
        # Folium is imported when the first map is drawn, not when the service starts.
        from api.drawing import draw

        return draw(self._settings, load_places(), self._snapshot, adcode, framed=framed)

    def _ranked(self, plans: "Sequence[PlanRecord]") -> tuple[str, str]:
        from api.drawing import draw_ranking
        from geo.planning.reading import plan_of

        places = load_places()
        read = [plan_of(plan.summary, places) for plan in plans]
        return draw_ranking(self._settings, places, self._snapshot, read)


def _write(path: Path, policy: str, html: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(f"{policy}\n{html}")
    Path(draft).replace(path)


def _remove_old(folder: Path) -> None:
    """Keep the newest editions: a worker may still serve the one before."""
    editions = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for edition in editions[_KEPT_REVISIONS:]:
        for page in edition.iterdir():
            page.unlink(missing_ok=True)
        edition.rmdir()
