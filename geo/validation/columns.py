"""The columns of our CSV files, and a row that is asked for by them.

``data/stations/README.md`` is their dictionary in Chinese and English.
"""

from collections.abc import Iterable, Sequence
from typing import Final

COLUMNS: Final = (
    "id",
    "name",
    "kind",
    "kind_text",
    "address",
    "city",
    "district",
    "zone",
    "published_lon",
    "published_lat",
    "published_datum",
    "lon",
    "lat",
    "position_quality",
    "position_note",
    "position_error_m",
    "hours_text",
    "facilities",
    "status",
    "area_m2",
    "phone",
    "source",
    "listed_on",
    "verified_on",
    "synthetic",
)
MARKET_COLUMNS: Final = ("trades", "gathers", "sheltered", "inn")
REQUIRED: Final = ("id", "name", "kind", "district")
POSITION_PAIRS: Final = (("published_lon", "published_lat"), ("lon", "lat"))

# Kept in Station.extra under their own name, where they say something.
KEPT_AS_WRITTEN: Final = ("kind_text", *MARKET_COLUMNS)
TEXT_COLUMNS: Final = ("name", "address", "zone", "position_note", "hours_text", "phone", "source")
_KNOWN: Final = frozenset((*COLUMNS, *MARKET_COLUMNS))


def is_known(column: str) -> bool:
    """Whether the field dictionary has the column."""
    return column in _KNOWN


def missing_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The required columns that a header lacks; a position is needed in one of two ways."""
    missing = tuple(column for column in REQUIRED if column not in header)
    if not any(set(pair) <= set(header) for pair in POSITION_PAIRS):
        missing += POSITION_PAIRS[0]
    return missing


class Row(dict[str, str]):
    """A row's cells by column, stripped; a column that the file lacks is empty."""

    __slots__ = ("number",)

    def __init__(self, number: int, cells: Sequence[str], columns: Iterable[str]) -> None:
        super().__init__(zip(columns, map(str.strip, cells), strict=False))
        self.number = number

    def __missing__(self, _column: str) -> str:
        return ""
