"""Which stations count under each lens: those that certainly do, and those that may.

A station of unknown hours or facilities may count; so may one of suspect position. What is known
to be closed, or not to have a facility, does not.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from geo.hours import open_at, read_hours
from geo.planning.model import ALL_STATIONS, Lens
from geo.planning.moments import Moment, parse_moment
from geo.planning.scope import Mask, Scope
from geo.station import Station
from geo.vocabulary import Term, vocabulary


class Counting(NamedTuple):
    """A lens over the n stations of a scope: ``possible`` are those that may count besides."""

    lens: Lens
    certain: Mask
    possible: Mask


def countings(scope: Scope, moments: Sequence[str]) -> list[Counting]:
    """All stations, each kind listed, each facility known of one, and each moment."""
    return [
        Counting(ALL_STATIONS, scope.certain, scope.possible),
        *_by_kind(scope),
        *_by_facility(scope),
        *(by_moment(scope, parse_moment(each)) for each in moments),
    ]


def by_moment(scope: Scope, moment: Moment) -> Counting:
    """The stations open at a moment; of unknown hours they may be."""
    states = {text: _is_open(text, moment) for text in {s.hours_text for s in scope.stations}}
    return _told(scope, moment.lens, [states[station.hours_text] for station in scope.stations])


def _by_kind(scope: Scope) -> Iterator[Counting]:
    """The kinds that the city lists; those outside the network too, each by itself."""
    usable = scope.near & scope.open_status
    for term in vocabulary().kinds.values():
        of_kind = np.array([station.kind == term.code for station in scope.stations])
        if (of_kind & scope.own).any():
            lens = Lens(code=f"kind:{term.code}", group="kind", label=term.label)
            here = usable & of_kind
            yield Counting(lens, here & ~scope.suspect, here & scope.suspect)


def _by_facility(scope: Scope) -> Iterator[Counting]:
    counted = [
        s for s, counts in zip(scope.stations, scope.certain.tolist(), strict=True) if counts
    ]
    offered = frozenset().union(*(station.facilities for station in counted))
    for term in vocabulary().facilities.values():
        if term.code in offered:
            lens = Lens(code=f"facility:{term.code}", group="facility", label=term.label)
            yield _told(scope, lens, [_has(station, term) for station in scope.stations])


def _told(scope: Scope, lens: Lens, answers: Sequence[bool | None]) -> Counting:
    """A lens by what is known of each station: yes, no, or ``None``."""
    yes = np.array([answer is True for answer in answers], dtype=np.bool_)
    maybe = np.array([answer is not False for answer in answers], dtype=np.bool_)
    certain = scope.certain & yes
    return Counting(lens, certain, (scope.certain | scope.possible) & maybe & ~certain)


def _has(station: Station, term: Term) -> bool | None:
    return term.code in station.facilities if station.facilities_known else None


def _is_open(text: str | None, moment: Moment) -> bool | None:
    hours = read_hours(text).hours if text else None
    return None if hours is None else open_at(hours, moment.at)
