"""How the rows of a list that is handed in are read: as ours, but less is demanded of them.

An id may be missing or of another form, a name may be missing, a district may be left to the
position. With the policy ``accept-with-flag`` a value in error is taken as unknown instead of
costing the row.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from geo.catalogue import Declaration
from geo.validation import values
from geo.validation.columns import Row
from geo.validation.divisions import Division, Divisions
from geo.validation.fields import READERS
from geo.validation.findings import rules
from geo.validation.refusal import Refusal
from geo.vocabulary import vocabulary

_T = TypeVar("_T")
_LABEL_LENGTH: Final = 40
# What a value in error is taken as: nothing that could make a station an answer by mistake.
_INSTEAD: Final[Mapping[str, object]] = {"kind": "rest_station", "status": "suspended"}

Reader = Callable[[Row], object]


def readers(*, flagging: bool) -> Mapping[str, Reader]:
    """What reads each field of a row that was handed in."""
    lenient: dict[str, Reader] = {**READERS, "id": _id, "name": _name}
    if flagging:
        for field, instead in _INSTEAD.items():
            lenient[field] = _flagged(lenient[field], instead)
    return lenient


class HandedInDivisions:
    """The division of a row, or ``None`` if its position is to tell it."""

    def __init__(self, divisions: Divisions, *, flagging: bool) -> None:
        self._divisions = divisions
        self._flagging = flagging

    def of(self, row: Row, declaration: Declaration) -> Division | None:
        """As :meth:`Divisions.of`, for a row that may name no district."""
        if declaration.abroad or not row["district"]:
            return None
        read: Callable[[Row], Division | None] = lambda r: self._divisions.of(r, declaration)  # noqa: E731
        return (_flagged(read, None) if self._flagging else read)(row)


def label(row: Row) -> str:
    """What a station without a name is called: its kind as written, and its address."""
    term = vocabulary().kinds.get(row["kind"])
    kind = row["kind_text"] or (term.label.zh if term else row["kind"])
    address = row["address"]
    if len(address) > _LABEL_LENGTH:
        address = address[:_LABEL_LENGTH] + "…"
    return f"{kind}（{address}）" if address else kind


def _id(row: Row) -> str:
    written = row["id"]
    if not written or values.ID.fullmatch(written):
        return written
    raise Refusal("foreign_id", "id", instead="", value=written)


def _name(row: Row) -> str:
    if row["name"]:
        return row["name"]
    if not row["kind"]:
        raise Refusal("missing_value", "name", expected=values.NAME_FORM)
    raise Refusal("unnamed", "name", instead=label(row))


def _flagged(read: Callable[[Row], _T], instead: _T) -> Callable[[Row], _T]:
    def reader(row: Row) -> _T:
        try:
            return read(row)
        except Refusal as refusal:
            rule = rules()[refusal.code]
            if rule.effect != "row_rejected":
                raise
            raise Refusal(
                "accepted_flagged", refusal.field, instead=instead, problem=rule.title
            ) from None

    return reader
