"""Stations as GeoJSON features (RFC 7946), joined from parts that are serialised beforehand.

What differs from station to station is one buffer of JSON; what repeats (kinds, districts,
sources …) is a small table for each language. An answer is a join of bytes.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from api.handoff import links_json
from api.openings import Minute, Openings
from geo.datum import convert
from geo.index import Hit, Schedules
from geo.snapshot import Snapshot
from geo.snapshot.arrays import numpy_of, text_scalar
from geo.station import DATUMS, REPORTED, Datum
from geo.text import Lang
from geo.travel import Travel
from geo.vocabulary import vocabulary

# Texts that are another for every station, and fields that few stations have.
_OWN = ("id", "name", "address")
_RARE = ("position_note", "position_error_m", "area_m2", "phone", "extra")
_DIVISIONS = ("city", "district", "zone")
_RECORD = ("status", "position_quality", "source", "listed_on", "verified_on", "synthetic")
_QUOTED_NAMES = 50_000


class _Repeated(NamedTuple):
    """Texts that rows share: the number of its text for each row, and the texts."""

    codes: Sequence[int]
    texts: Sequence[bytes]


class FeatureWriter:
    """Writes the stations of one snapshot. Everything is built on first use."""

    def __init__(self, snapshot: Snapshot, schedules: Schedules) -> None:
        self._snapshot = snapshot
        self.schedules = schedules
        self._variants: dict[tuple[Lang, Datum], Variant] = {}

    def variant(self, lang: Lang, datum: Datum) -> "Variant":
        """The writer for one language and one datum of the geometry."""
        key = (lang, datum)
        if key not in self._variants:
            self._variants[key] = Variant(self, lang, datum)
        return self._variants[key]

    @cached_property
    def own(self) -> pa.BinaryArray:
        """What each station has for itself, its parts separated by tabs, which JSON escapes.

        The id; name and address as members; then longitude and latitude in each of
        :data:`~geo.station.DATUMS`.
        """
        identity, name, address = (_quoted(self._snapshot.column(name)) for name in _OWN)
        coordinates = [_decimals(axis) for datum in DATUMS for axis in self._positions(datum)]
        members = _joined(',"name":', name, ',"address":', address, ",")
        joined = pc.binary_join_element_wise(identity, members, *coordinates, text_scalar("\t"))
        return joined.cast(pa.binary())

    @cached_property
    def kinds(self) -> _Repeated:
        """The kind of each row."""
        codes, kinds = self._snapshot.codes("kind")
        return _Repeated(_codes(codes), [kind.encode() for kind in kinds])

    @cached_property
    def facilities(self) -> _Repeated:
        """The facilities of each row, joined by ``;``. Unknown is ``?``."""
        lists = self._snapshot.column("facilities").cast(pa.list_(pa.string()))
        joined = (
            pc.binary_join(lists, text_scalar(";")).fill_null(text_scalar("?")).dictionary_encode()
        )
        texts = [text.encode() for text in joined.dictionary.to_pylist()]
        return _Repeated(_codes(numpy_of(joined.indices)), texts)

    @cached_property
    def reports(self) -> Mapping[int, str]:
        """What was reported of a row, with its day, as ``api.office`` writes it."""
        extra = self._snapshot.column("extra")
        rows = np.flatnonzero(numpy_of(pc.is_valid(extra)))
        has = numpy_of(pc.match_substring(pc.drop_null(extra), f'"{REPORTED}"'))
        written = {row: orjson.loads(extra[row].as_py()) for row in rows[has].tolist()}
        return {row: each[REPORTED] for row, each in written.items() if REPORTED in each}

    @cached_property
    def divisions(self) -> _Repeated:
        """Where each row belongs, as members of an object."""
        return self._members(_DIVISIONS)

    @cached_property
    def records(self) -> _Repeated:
        """When each row is open, as it is written, what few rows have, and where it comes from."""
        return self._members(("hours_text", *_RARE, *_RECORD))

    def _positions(self, datum: Datum) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        lon, lat = self._snapshot.lon, self._snapshot.lat
        return convert(lon, lat, source="wgs84", target=datum)

    @cached_property
    def quoted_name(self) -> Callable[[int], bytes]:
        """The percent-encoded name of a row, the most recent ones kept."""
        names = self._snapshot.table["name"]
        return lru_cache(_QUOTED_NAMES)(lambda row: quote(names[row].as_py(), safe="").encode())

    def _members(self, names: Sequence[str]) -> _Repeated:
        encoded = [_encoded(self._snapshot.column(name)) for name in names]
        combined = np.zeros(len(self._snapshot), dtype=np.int64)
        for column in encoded:
            if len(column.dictionary) > 1:
                # Numbered anew each time: the product of many columns would not fit.
                product = combined * len(column.dictionary) + numpy_of(column.indices)
                combined = np.unique(product, return_inverse=True)[1]
        _, first, codes = np.unique(combined, return_index=True, return_inverse=True)
        rows = [{n: c[i].as_py() for n, c in zip(names, encoded, strict=True)} for i in first]
        return _Repeated(_codes(codes), [_members_text(row) for row in rows])


class Variant:
    """Features in one language, their geometry in one datum."""

    def __init__(self, source: FeatureWriter, lang: Lang, datum: Datum) -> None:
        words = vocabulary()
        self._own, self._quoted_name = source.own, source.quoted_name
        self._openings = Openings(source.schedules, lang)
        self._reports = source.reports
        kinds = _Repeated(
            source.kinds.codes,
            [
                f'"kind":"{kind}","kind_label":{_text(words.kinds[kind].label.get(lang))},'.encode()
                for kind in map(bytes.decode, source.kinds.texts)
            ],
        )
        shared = (kinds, source.divisions, source.records)
        self._shared = [(each.codes, each.texts) for each in shared]
        self._facilities = source.facilities
        self._facility_texts = {
            code.encode(): f'{{"code":"{code}","label":{_text(term.label.get(lang))}}}'.encode()
            for code, term in words.facilities.items()
        }
        # Where the pair of this datum begins among a row's coordinates.
        self._geometry = 2 * DATUMS.index(datum)

    def feature(self, row: int, at: datetime) -> bytes:
        """One station by itself, with its state at a moment."""
        return b"".join(self._parts(row, self._openings.at(at), at, ""))

    def neighbors(self, hits: Iterable[Hit], at: datetime, travel: Travel | None) -> bytes:
        """Answers to a query for the nearest, joined by commas; with ``travel``, on arrival."""
        joined: list[bytes] = []
        minute = self._openings.at(at)
        for row, distance_m, bearing_deg, match in hits:
            found = (
                f'"distance_m":{distance_m:.1f},"bearing_deg":{bearing_deg:.1f},'
                f'"facilities_match":"{match}",'
            )
            if travel:
                seconds = travel.seconds(distance_m)
                minute = self._openings.at(at + timedelta(seconds=seconds))
                found += f'"travel_s":{seconds:.0f},'
            if joined:
                joined.append(b",")
            joined += self._parts(row, minute, at, found)
        return b"".join(joined)

    def _parts(self, row: int, minute: Minute, at: datetime, found: str) -> tuple[bytes, ...]:
        identity, own, *degrees = self._own[row].as_py().split(b"\t")
        axis = self._geometry
        return (
            b'{"type":"Feature","id":',
            identity,
            b',"properties":{"id":',
            identity,
            own,
            *[texts[codes[row]] for codes, texts in self._shared],
            self._offers(row),
            minute.of(row),
            self._reported(row, at) if row in self._reports else b'"reported":null,',
            found.encode(),
            b'"links":',
            links_json(self._quoted_name(row), degrees),
            b'},"geometry":{"type":"Point","coordinates":[%b,%b]}}'
            % (degrees[axis], degrees[axis + 1]),
        )

    def _reported(self, row: int, at: datetime) -> bytes:
        """What was reported and accepted: few stations have it."""
        what, _, day = self._reports[row].partition(" ")
        days_ago = (at.date() - date.fromisoformat(day)).days
        return b'"reported":' + orjson.dumps({"what": what, "on": day, "days_ago": days_ago}) + b","

    def _offers(self, row: int) -> bytes:
        joined = self._facilities.texts[self._facilities.codes[row]]
        if joined == b"?":
            return b'"facilities_known":false,"facilities":null,'
        texts = [self._facility_texts[code] for code in joined.split(b";") if code]
        return b'"facilities_known":true,"facilities":[' + b",".join(texts) + b"],"


def _quoted(column: pa.StringArray) -> pa.StringArray:
    """Texts as JSON (RFC 8259 §7), all at once."""
    texts = pc.replace_substring(column, "\\", "\\\\")
    texts = pc.replace_substring(texts, '"', '\\"')
    if pc.any(pc.match_substring_regex(column, r"[\x00-\x1f]")).as_py():
        return pa.array([_text(text) for text in column.to_pylist()], pa.string())
    return _joined('"', texts, '"')


def _joined(*parts: str | pa.StringArray) -> pa.StringArray:
    """Texts and columns of texts, one behind the other."""
    operands = [text_scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*operands, text_scalar(""))


def _encoded(column: pa.Array) -> pa.DictionaryArray:
    """A column as numbers of its distinct values, null among them."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.dictionary_encode(null_encoding="encode")


def _decimals(degrees: NDArray[np.float64]) -> pa.StringArray:
    """Degrees as text, to a decimetre."""
    values = pa.Array.from_buffers(pa.float64(), len(degrees), [None, pa.py_buffer(degrees)])
    return pc.round(values, ndigits=6).cast(pa.string())


def _codes(indices: NDArray[np.integer[Any]]) -> Sequence[int]:
    return array("i", indices.astype(np.intc).tobytes())


def _members_text(row: dict[str, Any]) -> bytes:
    """The members of an object, each with its comma. ``extra`` is JSON already."""
    if row.get("extra"):
        row["extra"] = orjson.Fragment(row["extra"])
    return orjson.dumps(row)[1:-1] + b","


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
