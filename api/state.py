"""What a worker holds: one edition of the catalogue, its index, and the writers of answers."""

import logging
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from api.answers import Answers
from api.caching import etag_base
from api.cells import Cells
from api.current import Served, open_snapshot, open_store_of
from api.pages import Pages
from api.params import question
from api.settings import Settings
from geo.places import Places, load_places
from geo.position import Position

if TYPE_CHECKING:
    from geo.store import Store

_ANYWHERE = Position(105.0, 35.0)
_log = logging.getLogger("yizhan.service")


class Edition:
    """One revision, served. Immutable: an answer made from one edition is wholly of it."""

    def __init__(self, settings: Settings, served: Served) -> None:
        self.settings = settings
        self.snapshot, self.problem = served
        self.answers = Answers(self.snapshot)
        self.pages = Pages(settings, self.snapshot)
        self.revision = f"{self.snapshot.info.revision}-{self.snapshot.revision}"

    @cached_property
    def places(self) -> Places:
        """Provinces, cities and districts."""
        return load_places()

    @cached_property
    def cells(self) -> Cells:
        """Static cells of stations."""
        return Cells(self.settings, self.snapshot, self.places)

    def etag(self, *variant: str) -> str:
        """The base of the entity tag of something made from this revision."""
        return etag_base(self.snapshot, *variant)

    def warm(self) -> None:
        """Build what the first caller in the street would otherwise wait for."""
        self.answers.asked(question(QueryParams(""))).collection(_ANYWHERE)


class Service:
    """The edition that is served now. Raises :class:`~geo.errors.SnapshotError` without one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.edition = self._built(open_snapshot(settings))
        self._swapping = threading.Lock()

    @cached_property
    def store(self) -> "Store":
        """The store of revisions, for the routes of the office."""
        return open_store_of(self.settings)

    def close(self) -> None:
        """Give the store back, if it was opened."""
        store = self.__dict__.pop("store", None)
        if store:
            store.close()

    def swap(self) -> None:
        """Serve the current snapshot, if it is another one: built aside, then put in place."""
        with self._swapping:
            served = open_snapshot(self.settings)
            if served.snapshot.digest == self.edition.snapshot.digest:
                self.edition.problem = served.problem
                return
            self.edition = self._built(served)
            _log.info("serving revision %s", self.edition.revision)

    def _built(self, served: Served) -> Edition:
        edition = Edition(self.settings, served)
        edition.warm()
        return edition
