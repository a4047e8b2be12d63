"""The fields of a row that stand for themselves: one reader each, in a table."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, TypedDict, TypeVar

from geo.station import POSITION_QUALITIES, STATUSES, PositionQuality, Status
from geo.text import Text
from geo.validation import values
from geo.validation.columns import Row
from geo.validation.refusal import Refusal
from geo.vocabulary import vocabulary

_T = TypeVar("_T")
_YES: Final = frozenset({"true", "yes", "1", "是"})
_NO: Final = frozenset({"false", "no", "0", "否"})
_YES_OR_NO: Final = Text("yes 或 no", "yes or no")


class Fields(TypedDict):
    """The fields of a station that no other row and no outline has a say in."""

    id: str
    name: str
    kind: str
    address: str
    zone: str | None
    position_quality: PositionQuality
    position_note: str | None
    position_error_m: float | None
    hours_text: str | None
    facilities: values.Facilities
    status: Status
    area_m2: float | None
    phone: str | None
    source: str | None
    listed_on: date | None
    verified_on: date | None
    sheltered: bool | None
    synthetic: bool | None


def _id(row: Row) -> str:
    written = row["id"]
    if not written:
        raise Refusal("missing_id", "id")
    if not values.ID.fullmatch(written):
        raise Refusal("malformed_id", "id", value=written)
    return written


def _name(row: Row) -> str:
    if not row["name"]:
        raise Refusal("missing_value", "name", expected=values.NAME_FORM)
    return row["name"]


def _kind(row: Row) -> str:
    written = row["kind"]
    term = vocabulary().kind_of_word(written)
    if term is None:
        codes = vocabulary().kinds
        known = Text("、".join(codes), ", ".join(codes))
        raise Refusal("unknown_kind", "kind", value=written, known=known)
    return term.code


def _facilities(row: Row) -> values.Facilities:
    stated = values.facilities(row["facilities"])
    if stated.unknown_words:
        words = "; ".join(stated.unknown_words)
        raise Refusal("unknown_facility", "facilities", instead=stated, value=words)
    return stated


def _text(column: str) -> Callable[[Row], str | None]:
    return lambda row: row[column] or None


def _detail(
    column: str, read: Callable[[str], _T | None], form: Text
) -> Callable[[Row], _T | None]:
    """A value that may be unknown, also because nobody can read it."""

    def reader(row: Row) -> _T | None:
        written = row[column]
        value = read(written) if written else None
        if written and value is None:
            raise Refusal("unreadable_detail", column, value=written, expected=form)
        return value

    return reader


def _choice(column: str, words: Iterable[str], default: str, code: str) -> Callable[[Row], str]:
    """One of the words; an empty cell is the default."""

    def reader(row: Row) -> str:
        written = row[column]
        if written and written not in words:
            form = Text("、".join(words) + " 之一", "one of " + ", ".join(words))
            raise Refusal(code, column, instead=default, value=written, expected=form)
        return written or default

    return reader


def _yes_or_no(column: str) -> Callable[[Row], bool | None]:
    known = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
    return _detail(column, lambda cell: known.get(cell.casefold()), _YES_OR_NO)


READERS: Final[Mapping[str, Callable[[Row], object]]] = {
    "id": _id,
    "name": _name,
    "kind": _kind,
    "address": lambda row: row["address"],
    "zone": _text("zone"),
    "position_quality": _choice(
        "position_quality", POSITION_QUALITIES, default="unknown", code="unreadable_detail"
    ),
    "position_note": _text("position_note"),
    "position_error_m": _detail("position_error_m", values.amount, values.NUMBER_FORM),
    "hours_text": _text("hours_text"),
    "facilities": _facilities,
    "status": _choice("status", STATUSES, default="open", code="unreadable_value"),
    "area_m2": _detail("area_m2", values.amount, values.NUMBER_FORM),
    "phone": _text("phone"),
    "source": _text("source"),
    "listed_on": _detail("listed_on", values.day, values.DATE_FORM),
    "verified_on": _detail("verified_on", values.day, values.DATE_FORM),
    "sheltered": _yes_or_no("sheltered"),
    "synthetic": _yes_or_no("synthetic"),
}
"""What reads each of :class:`Fields`; raises :class:`Refusal` for what it cannot read."""
