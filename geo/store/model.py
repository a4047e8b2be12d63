"""What the store takes and gives: revisions, proposals, differences, and the office's queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, get_args

from geo.catalogue import CatalogueInfo, Declaration
from geo.station import Station

Scope = Literal["read", "import", "plan", "manage"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
What = Literal["closed", "moved", "wrong_hours", "broken"]
WHATS: Final[tuple[What, ...]] = get_args(What)

ALL_CITIES: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of the whole catalogue. ``created_at`` is aware, UTC; 1 is the first."""

    number: int
    parent: int | None
    created_at: datetime
    who: str
    action: str
    list_key: str | None
    source_file: str | None
    source_sha256: str | None
    note: str
    counts: Mapping[str, int]
    sources_digest: str


class Listed(NamedTuple):
    """A station with the list that carries it (``Declaration.path``)."""

    list_key: str
    station: Station


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A row without coordinates, under our columns as written; ``reason`` is a finding's code."""

    key: str
    list_key: str
    row: int
    reason: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of the catalogue, compared with the revision ``base``.

    ``put`` are stations as they shall be, ``remove`` ids that shall be in no list;
    ``pending`` replaces the waiting rows of each list that it names. ``duplicates`` are pairs of
    ids, with what speaks for their being one, that are queued for people to decide.
    """

    base: int
    who: str
    action: str
    note: str
    list_key: str | None
    source_file: str | None
    source_sha256: str | None
    put: Sequence[Listed]
    remove: Sequence[str]
    put_lists: Sequence[Declaration]
    remove_lists: Sequence[str]
    pending: Mapping[str, Sequence[Pending]]
    provinces: tuple[str, ...]
    synthetic: bool
    sources_digest: str
    counts: Mapping[str, int]
    duplicates: Sequence[tuple[str, str, Mapping[str, Any]]] = ()


def change_of_stations(
    info: CatalogueInfo,
    put: Sequence[Listed],
    *,
    action: str,
    who: str,
    note: str = "",
    pending: Mapping[str, Sequence[Pending]] | None = None,
) -> Proposal:
    """The proposal that some stations be otherwise, compared with the revision of ``info``."""
    return Proposal(
        base=info.revision,
        who=who,
        action=action,
        note=note,
        list_key=put[0].list_key,
        source_file=None,
        source_sha256=None,
        put=put,
        remove=(),
        put_lists=(),
        remove_lists=(),
        pending=pending or {},
        provinces=info.provinces,
        synthetic=info.synthetic,
        sources_digest=info.sources_digest,
        counts={"stations": len(put)},
    )


class Changed(NamedTuple):
    """A station before and after, and the names of its fields that differ."""

    before: Station
    after: Station
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one revision has, has otherwise, and no longer has against another; by id."""

    added: tuple[Station, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Station, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key of the admin API, without its secret: ``prefix`` is its beginning."""

    id: int
    label: str
    prefix: str
    cities: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None

    def covers(self, city: str) -> bool:
        """Whether the key is for a city."""
        return ALL_CITIES in self.cities or city in self.cities


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody said of a station; nothing is kept of who."""

    id: int
    station_id: str
    what: What
    received_at: datetime
    state: Literal["pending", "accepted", "rejected"]
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two stations that may be one, in the order of their ids, and what speaks for it."""

    id: int
    first: str
    second: str
    evidence: Mapping[str, Any]
    found_in: int
    state: Literal["open", "same", "different"]
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that waits to be accepted, with the options it was handed in with."""

    token: str
    file_name: str
    content: bytes
    options: Mapping[str, Any]
    who: str
    created_at: datetime
    revision: int | None


_FIELDS: Final = tuple(field.name for field in fields(Station))


def changed_fields(before: Station, after: Station) -> tuple[str, ...]:
    """The names of the fields that differ."""
    if before == after:
        return ()
    return tuple(name for name in _FIELDS if getattr(before, name) != getattr(after, name))
