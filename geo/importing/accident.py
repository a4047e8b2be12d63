"""A change so large that it looks like an accident: half a file, or another datum."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from geo.geodesic import distance_m
from geo.importing.edition import Edition
from geo.station import Station

# More than this share of a city's stations vanish or move,
_LARGE_SHARE: Final = 0.20
# of which there must be so many that the share means something.
_LARGE_AT_LEAST: Final = 5
_MOVED_M: Final = 50.0


class LargeChange(NamedTuple):
    """What a file would do to a city (``None``: to its list as a whole)."""

    city: str | None
    before: int
    closed: int
    moved: int


def large_changes(before: Sequence[Station], edition: Edition) -> Iterator[LargeChange]:
    """Those of the list as a whole, else those of each of its cities."""
    present = Counter(station.city for station in before if station.status != "closed")
    closed = Counter(station.city for station in edition.closed)
    moved = Counter(
        each.before.city
        for each in edition.changed
        if distance_m(each.before.position, each.after.position) > _MOVED_M
    )
    whole = LargeChange(None, present.total(), closed.total(), moved.total())
    if _is_large(whole):
        yield whole
        return
    for city in sorted(present):
        change = LargeChange(city, present[city], closed[city], moved[city])
        if _is_large(change):
            yield change


def _is_large(change: LargeChange) -> bool:
    gone = change.closed + change.moved
    return change.before >= _LARGE_AT_LEAST and gone > _LARGE_SHARE * change.before
