"""The new edition of a list against the one before: added, changed, unchanged, closed.

A value that the file has no column for stays what it was; a column that is there and empty
says that the value is unknown. Stations that the file no longer has are closed, not lost.
"""

import dataclasses
from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geo.importing.ids import Ids
from geo.importing.matching import match
from geo.importing.options import Missing
from geo.station import REPORTED, Station
from geo.store import Changed, changed_fields
from geo.validation.records import Draft

# Fields of a station by the column that tells them.
_FIELD_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "address": ("address",),
    "hours_text": ("hours_text",),
    "facilities": ("facilities", "facilities_known"),
    "area_m2": ("area_m2",),
    "phone": ("phone",),
    "verified_on": ("verified_on",),
    "position_error_m": ("position_error_m",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """``put`` are the stations to be written; ``row_of`` tells the row of each of them.

    ``unchanged`` counts rows that say nothing new; ``changed`` and ``closed`` together are
    what happened to stations that were there.
    """

    added: Sequence[Station]
    changed: Sequence[Changed]
    closed: Sequence[Station]
    unchanged: int
    put: Sequence[Station]
    row_of: Mapping[str, int]


def new_edition(
    drafts: MutableSequence[Draft],
    before: Sequence[Station],
    *,
    columns: frozenset[str],
    next_serial: Callable[[str], int],
    taken: Sequence[str],
    missing: Missing,
    listed_on: date | None,
) -> Edition:
    """Compare drafts with the stations of their list. ``columns`` are those the file has.

    The drafts are used up: of 200,000, both they and the stations would be too much at once.
    """
    pairs = match(drafts, before)
    written = [draft.fields["id"] for draft in drafts if draft.fields["id"]]
    ids = Ids(next_serial, [*taken, *written])
    added: list[Station] = []
    changed: list[Changed] = []
    row_of: dict[str, int] = {}
    known = {station.id for station in before}
    elsewhere = set(taken) - known
    count = len(drafts)
    drafts.reverse()
    for at in range(count):
        draft = drafts.pop()
        old = pairs.get(at)
        _give_id(draft, old, ids, elsewhere)
        station = draft.station()
        if listed_on and not station.listed_on:
            station = dataclasses.replace(station, listed_on=listed_on)
        row_of[station.id] = draft.row
        if old is None:
            added.append(station)
            continue
        station = _kept(station, old, columns)
        fields = changed_fields(old, station)
        if fields:
            changed.append(Changed(old, station, fields))
    closed = _closed(before, pairs) if missing == "close" else []
    return Edition(
        added=added,
        changed=changed,
        closed=closed,
        unchanged=count - len(added) - len(changed),
        put=[*added, *(each.after for each in changed), *closed],
        row_of=row_of,
    )


def _give_id(draft: Draft, old: Station | None, ids: Ids, elsewhere: set[str]) -> None:
    if old:
        draft.fields["id"] = old.id
    elif not draft.fields["id"] or draft.fields["id"] in elsewhere:
        draft.fields["id"] = ids.new(
            draft.division.district.adcode if draft.division else draft.declaration.area
        )


def _kept(station: Station, old: Station, columns: frozenset[str]) -> Station:
    """The new edition of a station, with what the file does not speak of as it was."""
    keep: dict[str, object] = {
        field: getattr(old, field)
        for column, fields in _FIELD_OF.items()
        if column not in columns
        for field in fields
    }
    if "status" not in columns:
        # To be listed again is to be open again; suspended stays suspended.
        keep["status"] = "open" if old.status == "closed" else old.status
    if "source" not in columns:
        keep["source"] = old.source
    if "listed_on" not in columns and not station.listed_on:
        keep["listed_on"] = old.listed_on
    if station.published == old.published and "position_quality" not in columns:
        for field in ("position_quality", "position_note", "position"):
            keep[field] = getattr(old, field)
    keep["extra"] = {**_unspoken(old, columns), **station.extra}
    return dataclasses.replace(station, **keep)  # type: ignore[arg-type]


def _unspoken(old: Station, columns: frozenset[str]) -> Mapping[str, str]:
    derived = {"kind_text": "kind", "facilities_text": "facilities", "id_text": "id"}
    return {
        name: value
        for name, value in old.extra.items()
        # A newer list outdates what was reported of the old one.
        if name != REPORTED and derived.get(name, name) not in columns
    }


def _closed(before: Sequence[Station], pairs: Mapping[int, Station]) -> list[Station]:
    found = {station.id for station in pairs.values()}
    return [
        dataclasses.replace(station, status="closed")
        for station in before
        if station.id not in found and station.status != "closed"
    ]
