"""What a header means, word by word: the table ``headers.toml`` and how it is looked up."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

from geo.station import DATUMS, Datum
from geo.validation.columns import COLUMNS, MARKET_COLUMNS

Axis = Literal["lon", "lat", "position"]
POSITION: Final = "position"
CANONICAL: Final = (*COLUMNS, *MARKET_COLUMNS, POSITION)
# Joins the two rows of a header (geo.sources.heading); the lower row is the column's name.
JOINT: Final = " / "

_FILE = Path(__file__).with_name("headers.toml")
_BRACKETS = re.compile(r"[(\[{<【〔「][^)\]}>】〕」]*[)\]}>】〕」]")
_SIGNS = re.compile(r"[\W_]+")
_LOWER_ROW_RANK = 1_000


class Meaning(NamedTuple):
    """The column that a header means; the lower the rank the better the word."""

    column: str
    rank: int


class CoordinateMeaning(NamedTuple):
    """The axis that a header means, and the datum that it states."""

    axis: Axis
    datum: Datum | None
    rank: int


def folded(text: str) -> str:
    """A header without case, width, spaces and signs; what stands in brackets stays."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def bare(header: str) -> str:
    """A header folded, and without what stands in brackets unless that is all of it."""
    without = _BRACKETS.sub("", unicodedata.normalize("NFKC", header))
    return folded(without) or folded(header)


def meaning(header: str) -> Meaning | None:
    """The column that is not a coordinate and that a header means, or ``None``."""
    words = _words().columns
    found = words.get(bare(header))
    if found is None and JOINT in header:
        lower = words.get(bare(header.rsplit(JOINT, 1)[-1]))
        found = lower and Meaning(lower.column, lower.rank + _LOWER_ROW_RANK)
    return found


def coordinate_meaning(header: str) -> CoordinateMeaning | None:
    """The coordinate that a header means, or ``None``."""
    datum, word = _datum_in(folded(header))
    for text in dict.fromkeys((bare(header), bare(header.rsplit(JOINT, 1)[-1]))):
        found = _words().axes.get(text.replace(word, "", 1) if word else text)
        if found:
            axis, rank = found
            return CoordinateMeaning(axis, datum, rank)
    return None


def is_known_header(header: str) -> bool:
    """Whether a header means a column of ours."""
    return bool(meaning(header) or coordinate_meaning(header))


# Every row of a list may say it.
@lru_cache(maxsize=1_000)
def datum_of_word(text: str) -> Datum | None:
    """The datum that a text such as ``GCJ-02``, ``高德`` or ``EPSG:4326`` names."""
    return _datum_in(folded(text))[0]


class _Words(NamedTuple):
    columns: Mapping[str, Meaning]
    axes: Mapping[str, tuple[Axis, int]]
    datums: tuple[tuple[str, Datum], ...]


@cache
def _words() -> _Words:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    coordinates = {f"published_{axis}" for axis in ("lon", "lat")} | {"lon", "lat"}
    listed: Mapping[str, list[str]] = tables["columns"]
    columns = {
        key: Meaning(column, rank)
        for column in (*COLUMNS, *MARKET_COLUMNS)
        if column not in coordinates
        for key, rank in _ranked((column, *listed.get(column, ()))).items()
    }
    axes = {
        key: (cast("Axis", axis), rank)
        for axis, words in tables["coordinates"].items()
        for key, rank in _ranked((f"published_{axis}", *words)).items()
    }
    datums = tuple((folded(word), datum) for datum in DATUMS for word in tables["datums"][datum])
    return _Words(columns, axes, tuple(sorted(datums, key=lambda pair: -len(pair[0]))))


def _ranked(words: Iterable[str]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for rank, word in enumerate(words):
        ranks.setdefault(bare(word), rank)
    return ranks


def _datum_in(text: str) -> tuple[Datum | None, str]:
    for word, datum in _words().datums:
        if word in text:
            return datum, word
    return None, ""
