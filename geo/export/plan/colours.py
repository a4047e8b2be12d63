"""The colours in which a plan is shown on paper and in a GIS: those of its page."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from geo.planning.model import Threshold


class Colours(NamedTuple):
    """Of an area: what fills it, and the dark line around it."""

    fill: str
    line: str


# The two radii that standards speak of keep their colours wherever a plan is shown.
_OF_RADIUS_M: Final = {500.0: Colours("#0072b2", "#00304d"), 1000.0: Colours("#e69f00", "#5c3d00")}
_OTHERS: Final = (
    Colours("#009e73", "#00402f"),
    Colours("#56b4e9", "#0b4a73"),
    Colours("#f0e442", "#57510a"),
    Colours("#d55e00", "#5c2600"),
    Colours("#999999", "#333333"),
    Colours("#8286bd", "#2b2f66"),
    Colours("#b5d99c", "#2f5c14"),
    Colours("#f7c6c7", "#7a1f1f"),
)
UNCOVERED: Final = Colours("#cc79a7", "#7a2f5c")
GAINED: Final = Colours("#009e73", "#00402f")
LOST: Final = Colours("#d55e00", "#5c2600")
SITE: Final = Colours("#ffd34d", "#1d2a33")
INK: Final = "#1d2a33"
SOFT: Final = "#4f5b63"
LINE: Final = "#6b7780"
STATION: Final = "#00513b"


def colours_of(thresholds: Sequence[Threshold]) -> dict[Threshold, Colours]:
    """A colour for each threshold, from the nearest to the farthest, none twice."""
    others = iter(_OTHERS)
    found = {}
    for each in sorted(thresholds, key=lambda one: one.radius_m):
        standard = _OF_RADIUS_M.get(each.radius_m) if each.minutes is None else None
        found[each] = standard or next(others)
    return found
