"""Which stations count under each lens: those that certainly do, and those that may.

Each test answers yes, no, or ``None``, not known: a station of unknown hours or facilities may
count, and so may one of suspect position. What is known to be closed, or not to have a facility,
does not.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from geo.coverage.model import ALL_STATIONS, Lens
from geo.coverage.moments import Moment, parse_moment
from geo.coverage.scope import Mask, Scope, counted_kinds
from geo.hours import open_at, read_hours
from geo.station import Station
from geo.vocabulary import vocabulary

Test = Callable[[Station], bool | None]


class Counting(NamedTuple):
    """A lens over n stations: ``possible`` are those that may count besides the ``certain``."""

    lens: Lens
    certain: Mask
    possible: Mask


class Look(NamedTuple):
    """A lens with the test that it puts to a station."""

    lens: Lens
    test: Test


def countings(scope: Scope, moments: Sequence[str]) -> list[Counting]:
    """All stations, each kind listed, each facility known of one, each moment: within reach."""
    whole, *timed = looks_at_time(scope.kind, moments)
    looks = [whole, *_by_kind(scope), *_by_facility(scope), *timed]
    found = [counting(each, scope.stations) for each in looks]
    return [Counting(c.lens, c.certain & scope.near, c.possible & scope.near) for c in found]


def looks_at_time(kind: str | None, moments: Sequence[str]) -> list[Look]:
    """All stations of the kinds that count, and those of them that are open at each moment."""
    whole = Look(ALL_STATIONS, _existing(counted_kinds(kind)))
    at = [parse_moment(each) for each in moments]
    return [whole, *(Look(each.lens, _both(whole.test, _open(each))) for each in at)]


def counting(look: Look, stations: Sequence[Station]) -> Counting:
    """What a lens makes of some stations."""
    answers = [look.test(station) for station in stations]
    certain = np.array([answer is True for answer in answers], dtype=np.bool_)
    possible = np.array([answer is None for answer in answers], dtype=np.bool_)
    return Counting(look.lens, certain, possible)


def _by_kind(scope: Scope) -> Iterator[Look]:
    """The kinds that the city lists; those outside the network too, each by itself."""
    listed = {station.kind for station in scope.own_stations}
    for term in vocabulary().kinds.values():
        if term.code in listed:
            lens = Lens(code=f"kind:{term.code}", group="kind", label=term.label)
            yield Look(lens, _existing(frozenset({term.code})))


def _by_facility(scope: Scope) -> Iterator[Look]:
    existing = _existing(counted_kinds(scope.kind))
    counted = [station for station in scope.stations if existing(station)]
    offered = frozenset().union(*(station.facilities for station in counted))
    for term in vocabulary().facilities.values():
        if term.code in offered:
            lens = Lens(code=f"facility:{term.code}", group="facility", label=term.label)
            yield Look(lens, _both(existing, _has(term.code)))


def _existing(kinds: frozenset[str]) -> Test:
    def test(station: Station) -> bool | None:
        if station.kind not in kinds or station.status != "open":
            return False
        return None if station.position_quality == "suspect" else True

    return test


def _has(facility: str) -> Test:
    return lambda station: facility in station.facilities if station.facilities_known else None


def _open(moment: Moment) -> Test:
    @cache
    def is_open(text: str) -> bool | None:
        hours = read_hours(text).hours
        return None if hours is None else open_at(hours, moment.at)

    return lambda station: is_open(station.hours_text) if station.hours_text else None


def _both(one: Test, other: Test) -> Test:
    """Yes if both say so, no if either does, and otherwise not known."""

    def test(station: Station) -> bool | None:
        first = one(station)
        if first is False:
            return False
        second = other(station)
        return first if second else second

    return test
