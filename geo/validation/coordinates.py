"""The coordinates of a row: which pair counts, in which datum, and whether they are any."""

from geo.catalogue import Declaration
from geo.errors import InputError, SwappedError
from geo.position import Position, checked_position, coarse
from geo.station import DATUMS, Datum, PublishedPosition
from geo.text import Text
from geo.validation import values
from geo.validation.columns import POSITION_PAIRS, Row
from geo.validation.refusal import Refusal

_PUBLISHED, _STATED = POSITION_PAIRS
_NO_POSITION = Text(
    "填写公布的坐标 published_lon、published_lat，或 WGS-84 坐标 lon、lat",
    "write the published position in published_lon and published_lat, or WGS-84 in lon and lat",
)
_DATUM_FORM = Text("、".join(DATUMS) + " 之一", "one of " + ", ".join(DATUMS))


def published_position(row: Row, declaration: Declaration) -> PublishedPosition:
    """The published pair with its datum; only ``lon``, ``lat`` given means WGS-84.

    :class:`Refusal` if there is none, or it cannot be read, or is out of range or swapped.
    """
    if _has_published(row):
        datum = _datum(row, declaration)
        return PublishedPosition(*_checked(row, _PUBLISHED), datum)
    return PublishedPosition(*_checked(row, _STATED), "wgs84")


def stated_position(row: Row) -> Position | None:
    """``lon`` and ``lat`` where they stand beside a published pair, to be checked against it."""
    if not _has_published(row) or not any(row[column] for column in _STATED):
        return None
    try:
        return _checked(row, _STATED)
    except Refusal as refusal:
        raise Refusal(
            "unreadable_detail", refusal.field, value="", expected=values.DEGREES_FORM
        ) from None


def _has_published(row: Row) -> bool:
    return any(row[column] for column in _PUBLISHED)


def _datum(row: Row, declaration: Declaration) -> Datum:
    written = row["published_datum"]
    datum = written.casefold().replace("-", "").replace("_", "")
    if datum in DATUMS:
        return datum
    if written:
        raise Refusal("unreadable_value", "published_datum", value=written, expected=_DATUM_FORM)
    if declaration.datum is None:
        raise Refusal("datum_missing", "published_datum")
    return declaration.datum


def _checked(row: Row, columns: tuple[str, str]) -> Position:
    lon, lat = (_degrees(row, column) for column in columns)
    try:
        return checked_position(lon, lat)
    except SwappedError:
        raise Refusal(
            "swapped", columns[0], lon=Text(*2 * [coarse(lat)]), lat=Text(*2 * [coarse(lon)])
        ) from None
    except InputError as error:
        raise Refusal("out_of_range", columns[error.parameter == "lat"]) from None


def _degrees(row: Row, column: str) -> float:
    written = row[column]
    if not written:
        raise Refusal("missing_value", column, expected=_NO_POSITION)
    value = values.number(written)
    if value is None:
        raise Refusal("unreadable_value", column, value=written, expected=values.DEGREES_FORM)
    return value
