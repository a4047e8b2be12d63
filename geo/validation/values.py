"""Cells as values. Each reader gives ``None`` for what it cannot read."""

import math
import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from geo.text import Text
from geo.vocabulary import vocabulary

ID = re.compile(r"([0-9]{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?)-[0-9A-Za-z]{1,16}")
NAME_FORM = Text("填写站点名称", "write the station's name")
DATE_FORM = Text("形如 2026-07-27 的日期", "a date such as 2026-07-27")
NUMBER_FORM = Text("不小于 0 的数", "a number of 0 or more")
DEGREES_FORM = Text("以度为单位的小数，如 113.66", "decimal degrees such as 113.66")

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?|[+-]?\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FACILITY_SEPARATOR = re.compile(r"[;,、|\n]\s*")
_NONE_AT_ALL = frozenset({"none", "无"})


class Facilities(NamedTuple):
    """Facilities as a cell states them; ``unknown_words`` are those we have no code for."""

    codes: frozenset[str]
    known: bool
    unknown_words: tuple[str, ...]


def number(cell: str) -> float | None:
    """A decimal number in plain digits (no exponent, no grouping, no NaN)."""
    if not _NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def amount(cell: str) -> float | None:
    """A number that is not negative."""
    value = number(cell)
    return value if value is not None and value >= 0 else None


@lru_cache(maxsize=4096)
def day(cell: str) -> date | None:
    """A date as ISO 8601 writes it, ``2026-07-27``."""
    if not _DATE.fullmatch(cell):
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def facilities(cell: str) -> Facilities:
    """Facilities by code or word, separated by semicolons or commas.

    An empty cell is unknown; ``none`` or ``无`` says that there are none. A cell of which
    no word is understood is unknown too.
    """
    if cell.casefold() in _NONE_AT_ALL:
        return Facilities(frozenset(), known=True, unknown_words=())
    words = [word for part in _FACILITY_SEPARATOR.split(_plain(cell)) for word in _words(part)]
    terms = {word: vocabulary().facility_of_word(word) for word in words}
    codes = frozenset(term.code for term in terms.values() if term)
    return Facilities(codes, bool(codes), tuple(word for word in words if terms[word] is None))


def _plain(cell: str) -> str:
    """Full-width letters, commas and brackets as plain ones."""
    return unicodedata.normalize("NFKC", cell)


def _words(part: str) -> list[str]:
    """A slash stands between words, or within one: 招聘/租房服务屏."""
    part = part.strip()
    if not part or vocabulary().facility_of_word(part):
        return [part] if part else []
    return [word.strip() for word in part.split("/") if word.strip()]
