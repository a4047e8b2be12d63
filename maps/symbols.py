"""How kinds look: the group gives shape and colour, a Chinese character tells the kind.

Nobody needs to tell colours apart: within a group the character differs, between groups
the shape. All colours have a contrast of at least 7:1 to the white character on them.
"""

from dataclasses import dataclass
from typing import Literal

from geo.vocabulary import Term, vocabulary

Shape = Literal["circle", "square", "diamond", "house"]

_BY_GROUP: dict[str, tuple[Shape, str]] = {
    "rest": ("circle", "#00513b"),
    "work": ("square", "#7a3300"),
    "care": ("diamond", "#7d1d5f"),
    "rights": ("house", "#333333"),
}
_OTHER: tuple[Shape, str] = ("square", "#333333")

_CHARACTERS = {
    "rest_station": "驿",
    "rider_station": "骑",
    "driver_home": "司",
    "sanitation_station": "环",
    "odd_job_market": "市",
    "odd_job_station": "工",
    "odd_job_inn": "栈",
    "nursing_room": "母",
    "rights_window": "权",
    "legal_aid_station": "法",
    "service_centre": "职",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """The mark of a kind on the map and in the legend."""

    shape: Shape
    colour: str
    character: str


def symbol_of(kind: Term) -> Symbol:
    """The symbol of a kind; a new kind gets the first character that no other one has."""
    shape, colour = _BY_GROUP.get(kind.group, _OTHER)
    return Symbol(shape, colour, _CHARACTERS.get(kind.code) or _unused_character(kind))


def _unused_character(kind: Term) -> str:
    taken = set(_CHARACTERS.values())
    return next(
        (character for character in kind.label.zh if character not in taken), kind.label.zh[:1]
    )


def kinds_in_order() -> list[Term]:
    """All kinds in the order of legends; a station's kind is told by its place in here."""
    return list(vocabulary().kinds.values())
