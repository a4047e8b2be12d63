"""Headers as lists write them → our columns: shown to the user, who has the last word."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final, NamedTuple

from geo.errors import InputError
from geo.sources.header_doubts import doubts, is_lat_first
from geo.sources.header_words import (
    CANONICAL,
    POSITION,
    CoordinateMeaning,
    bare,
    coordinate_meaning,
    datum_of_word,
    is_known_header,
    meaning,
)
from geo.station import Datum
from geo.text import Text
from geo.validation.columns import POSITION_PAIRS
from geo.validation.privacy import holds_landlines, personal_columns

__all__ = [
    "CANONICAL",
    "ColumnMap",
    "CoordinatePair",
    "datum_of_word",
    "is_known_header",
    "match_columns",
]

_NO_OVERRIDES: Final[Mapping[str, str]] = MappingProxyType({})
_PUBLISHED, _STATED = POSITION_PAIRS
# Maps in GCJ-02 and BD-09 are where lists get their coordinates; what else stands beside was
# computed from those. A pair that states nothing comes last.
_FIRST_CHOICE: Final[tuple[Datum | None, ...]] = ("gcj02", "bd09", "wgs84", None)


class CoordinatePair(NamedTuple):
    """Two headers that belong together; the same one twice if one cell holds both numbers.

    ``datum`` is what the headers say, ``None`` if they say nothing.
    """

    lon: str
    lat: str
    datum: Datum | None


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of a list was taken for.

    ``by_column`` maps our columns (``position``: longitude and latitude in one cell) to
    headers of the list. ``pairs`` are all coordinates that it has, the one taken first.
    ``ambiguous`` are headers that mean a column which another header was taken for, and
    ``doubts`` says where values do not look like what their header says. ``personal``
    columns are to be left out, ``unknown`` ones to be kept as they are.
    ``position_lat_first`` tells that the numbers of ``position`` only make sense as lat, lon.
    """

    by_column: Mapping[str, str]
    unknown: tuple[str, ...]
    personal: tuple[str, ...]
    pairs: tuple[CoordinatePair, ...]
    ambiguous: tuple[str, ...]
    doubts: tuple[Text, ...]
    position_lat_first: bool = False


def match_columns(
    columns: Sequence[str],
    sample_rows: Sequence[Sequence[str]],
    *,
    overrides: Mapping[str, str] = _NO_OVERRIDES,
) -> ColumnMap:
    """Match the headers of a list, of which none is twice, with our columns.

    ``sample_rows`` are some of its rows, ``overrides`` the user's own ``header -> column``.
    Of two headers for one column the better known word wins. Raises :class:`InputError`
    for an override that names no header or no column, takes one column twice, or would let
    personal data in (only ``phone`` may come from a personal column, as 联系电话 does where
    most of its cells are landlines: names and mobile numbers are cut out of its cells).
    """
    by_column = _overridden(columns, overrides)
    taken = set(by_column.values())
    personal = tuple(name for name in personal_columns(columns) if name not in taken)
    free = [name for name in columns if name not in taken and name not in personal]
    ambiguous = _match_words(free, by_column)
    samples = _samples(columns, sample_rows)
    if "phone" not in by_column:
        public = next((n for n in personal if holds_landlines(n, samples[n])), None)
        if public:
            by_column["phone"] = public
            personal = tuple(name for name in personal if name != public)
    pairs, single = _match_coordinates(free, by_column)
    known = {*by_column.values(), *personal, *ambiguous}
    known.update(header for pair in pairs for header in pair[:2])
    lat_first = POSITION in by_column and is_lat_first(samples[by_column[POSITION]])
    return ColumnMap(
        by_column=MappingProxyType(by_column),
        unknown=tuple(name for name in columns if name.strip() and name not in known),
        personal=personal,
        pairs=pairs,
        ambiguous=tuple(ambiguous),
        doubts=(
            *(_LAT_FIRST,) * lat_first,
            *(() if pairs else map(_half_a_pair, single)),
            *doubts(by_column, samples),
        ),
        position_lat_first=lat_first,
    )


_LAT_FIRST: Final = Text(
    "坐标列写的是“纬度,经度”，已按此读取",
    "the position column is written lat,lon and was read so",
)


def _half_a_pair(header: str) -> Text:
    return Text(
        f"列“{header[:40]}”是单独的经度或纬度，没有与之成对的列",
        f"the column {header[:40]!r} is a longitude or latitude without its other half",
    )


def _match_words(free: Sequence[str], by_column: dict[str, str]) -> list[str]:
    """Add the columns that are not coordinates; the headers that lost are given back."""
    found = [(meant.rank, at, meant.column) for at, h in enumerate(free) if (meant := meaning(h))]
    losers = []
    for _, at, column in sorted(found):
        if column in by_column:
            losers.append(free[at])
        else:
            by_column[column] = free[at]
    return sorted(losers, key=free.index)


def _match_coordinates(
    free: Sequence[str], by_column: dict[str, str]
) -> tuple[tuple[CoordinatePair, ...], list[str]]:
    """Add the coordinates taken; all pairs, and the headers that have no other half."""
    rest = list(free)
    own = _own_pairs(rest, by_column)
    pairs, single = _paired(rest)
    pairs.sort(key=lambda pair: (_FIRST_CHOICE.index(pair.datum), pair.lon == pair.lat))
    pairs = own + pairs
    if pairs and not any(column in by_column for column in (*_PUBLISHED, *_STATED, POSITION)):
        first = pairs[0]
        if first.lon == first.lat:
            by_column[POSITION] = first.lon
        else:
            by_column.update(zip(_PUBLISHED, first[:2], strict=True))
    return tuple(pairs), single


def _own_pairs(rest: list[str], by_column: dict[str, str]) -> list[CoordinatePair]:
    """Pairs that the user named, and those of a file of ours, which map one to one."""
    spelt = {bare(header): header for header in rest}
    is_ours = all(bare(column) in spelt for column in _PUBLISHED)
    for column in (*_PUBLISHED, *_STATED) if is_ours else ():
        header = spelt.get(bare(column))
        if header and column not in by_column:
            by_column[column] = header
            rest.remove(header)
    pairs = []
    if set(_PUBLISHED) <= by_column.keys():
        pairs.append(_pair(*(by_column[column] for column in _PUBLISHED)))
    if POSITION in by_column:
        pairs.append(_pair(by_column[POSITION], by_column[POSITION]))
    return pairs


def _pair(lon: str, lat: str) -> CoordinatePair:
    stated = {coordinate.datum for h in (lon, lat) if (coordinate := coordinate_meaning(h))}
    return CoordinatePair(lon, lat, stated.pop() if len(stated) == 1 else None)


class _Found(NamedTuple):
    at: int
    header: str
    meant: CoordinateMeaning


def _paired(headers: Sequence[str]) -> tuple[list[CoordinatePair], list[str]]:
    """All pairs, the best known words first, and the headers that have no other half."""
    found = [
        _Found(at, header, meant)
        for at, header in enumerate(headers)
        if (meant := coordinate_meaning(header))
    ]
    pairs = [(each, each) for each in found if each.meant.axis == POSITION]
    single = [each for each in found if each.meant.axis != POSITION]
    for lon, lat in sorted(_possible_pairs(single), key=_distance):
        if lon in single and lat in single:
            single.remove(lon)
            single.remove(lat)
            pairs.append((lon, lat))
    pairs.sort(key=lambda pair: pair[0].meant.rank + pair[1].meant.rank)
    named = [CoordinatePair(lon.header, lat.header, lon.meant.datum) for lon, lat in pairs]
    return named, [each.header for each in single]


def _possible_pairs(found: Sequence[_Found]) -> list[tuple[_Found, _Found]]:
    return [
        (lon, lat)
        for lon, lat in product(found, repeat=2)
        if (lon.meant.axis, lat.meant.axis) == ("lon", "lat") and lon.meant.datum == lat.meant.datum
    ]


def _distance(pair: tuple[_Found, _Found]) -> tuple[int, int]:
    """How little two headers belong together: by their words, then by where they stand."""
    lon, lat = pair
    return abs(lon.meant.rank - lat.meant.rank), abs(lon.at - lat.at)


def _overridden(columns: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    by_column: dict[str, str] = {}
    for header, column in overrides.items():
        found = _header(columns, header)
        if column not in CANONICAL:
            raise _wrong_map(
                column, f"没有字段 {column[:40]}", f"there is no column {column[:40]}", CANONICAL
            )
        if column in by_column:
            raise _wrong_map(column, f"字段 {column} 指定了两次", f"{column} is given twice", ())
        if column != "phone" and personal_columns([found]):
            raise _wrong_map(
                header, "个人信息列不能导入", "a column of personal data is not let in", ()
            )
        by_column[column] = found
    return by_column


def _header(columns: Sequence[str], wanted: str) -> str:
    if wanted in columns:
        return wanted
    alike = [header for header in columns if bare(header) == bare(wanted)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(wanted, columns, n=5, cutoff=0.4) or columns[:20]
    raise _wrong_map(
        wanted, f"文件没有列“{wanted[:40]}”", f"the file has no column {wanted[:40]!r}", near
    )


def _wrong_map(value: str, zh: str, en: str, known: Sequence[str]) -> InputError:
    expected = Text(f"其一：{'、'.join(known)}", f"one of {', '.join(known)}") if known else None
    return InputError("map", zh=zh, en=en, value=value[:40], expected=expected)


def _samples(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Mapping[str, Sequence[str]]:
    whole = [row for row in rows if len(row) == len(columns)]
    return {header: [row[at] for row in whole] for at, header in enumerate(columns)}
