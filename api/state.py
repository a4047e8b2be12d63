"""What a worker holds: one snapshot, its index, and the writers of answers."""

from functools import cached_property

from starlette.datastructures import QueryParams

from api.answers import Answers
from api.caching import etag_base
from api.current import open_snapshot
from api.pages import Pages
from api.params import question
from api.settings import Settings
from geo.places import Places, load_places
from geo.position import Position

_ANYWHERE = Position(105.0, 35.0)


class Service:
    """One revision, served. Raises :class:`~geo.errors.SnapshotError` if there is none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.snapshot, self.problem = open_snapshot(settings)
        self.answers = Answers(self.snapshot)
        self.pages = Pages(settings, self.snapshot)

    @cached_property
    def places(self) -> Places:
        """Provinces, cities and districts."""
        return load_places()

    def etag(self, *variant: str) -> str:
        """The base of the entity tag of something made from this revision."""
        return etag_base(self.snapshot, *variant)

    def warm(self) -> None:
        """Build what the first caller in the street would otherwise wait for."""
        self.answers.asked(question(QueryParams(""))).collection(_ANYWHERE)
