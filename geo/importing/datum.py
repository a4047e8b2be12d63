"""The datum of a file's coordinates: declared, or found out with evidence, never guessed."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from geo.datum import convert_position
from geo.importing.canonical import Canonical
from geo.importing.datum_evidence import (
    LABELS,
    DatumEvidence,
    DatumUndecidedError,
    Sample,
    weigh,
)
from geo.importing.names import letters
from geo.importing.options import ImportOptions
from geo.places import Places
from geo.position import Position
from geo.sources.csv_rows import RawRow
from geo.sources.headers import ColumnMap, CoordinatePair
from geo.sources.tables import RawTable
from geo.station import DATUMS, Datum, Station
from geo.text import Text
from geo.validation import values
from geo.validation.findings import Report

_SAMPLES: Final = 5_000


class DatumTaken(NamedTuple):
    """The datum of rows that do not say, who says so, and the evidence if it was weighed.

    ``datum`` is ``None`` if every row says its own.
    """

    datum: Datum | None
    because: Text
    evidence: DatumEvidence | None = None


def datum_of(
    options: ImportOptions,
    table: RawTable,
    columns: ColumnMap,
    canonical: Canonical,
    rows: Sequence[RawRow],
    *,
    raw_rows: Sequence[RawRow],
    known: Sequence[Station],
    places: Places,
    report: Report,
    source: str,
) -> DatumTaken:
    """The declared datum, or the evidence's. Raises :class:`DatumUndecidedError`.

    ``rows`` are rewritten by ``canonical``, ``raw_rows`` are as in the file.
    """
    equal = _equal_siblings(table, columns, raw_rows, report, source)
    if options.datum and options.datum != "auto":
        return DatumTaken(options.datum, Text("由提交者声明", "declared by the sender"))
    if table.declared_datum:
        return DatumTaken(table.declared_datum, Text("由文件格式规定", "said by the file's format"))
    stated = columns.pairs[0].datum if columns.pairs else None
    if stated and not equal:
        return DatumTaken(stated, Text("由列名写明", "said by the columns' names"))
    if _all_rows_say(canonical, rows):
        return DatumTaken(None, Text("每行各自写明", "said by each row"))
    evidence = weigh(_samples(canonical, rows, known), places)
    if evidence.verdict and (options.datum == "auto" or _is_moot(options, evidence)):
        label = LABELS[evidence.verdict]
        said = Text(f"证据明确指向 {label}", f"clear evidence for {label}")
        return DatumTaken(evidence.verdict, said, evidence)
    raise DatumUndecidedError(evidence)


def _is_moot(options: ImportOptions, evidence: DatumEvidence) -> bool:
    """Outside the mainland the three datums are one."""
    return options.area_name is not None and evidence.verdict == "wgs84"


def _all_rows_say(canonical: Canonical, rows: Sequence[RawRow]) -> bool:
    said = [canonical.cell(raw.cells, "published_datum") for raw in rows if raw.cells]
    return bool(said) and all(word in DATUMS for word in said)


def _equal_siblings(
    table: RawTable,
    columns: ColumnMap,
    rows: Sequence[RawRow],
    report: Report,
    source: str,
) -> bool:
    """Call out pairs of columns that claim different datums and hold the same numbers."""
    equal = False
    for first, second in combinations(columns.pairs, 2):
        if first.datum != second.datum and _same_numbers(table.columns, first, second, rows):
            headers = (f"{pair.lon}, {pair.lat}" for pair in (first, second))
            report.add(
                "datum_siblings_equal",
                source=source,
                first=next(headers),
                second=next(headers),
            )
            equal = True
    return equal


def _same_numbers(
    header: Sequence[str], first: CoordinatePair, second: CoordinatePair, rows: Sequence[RawRow]
) -> bool:
    at = [header.index(name) for name in (first.lon, second.lon, first.lat, second.lat)]
    compared = [
        [raw.cells[column].strip() for column in at]
        for raw in rows
        if raw.cells and len(raw.cells) == len(header)
    ]
    written = [cells for cells in compared if all(cells)]
    return bool(written) and all(c[0] == c[1] and c[2] == c[3] for c in written)


def _samples(
    canonical: Canonical, rows: Sequence[RawRow], known: Sequence[Station]
) -> list[Sample]:
    named = _known_by_name(known)
    step = max(1, len(rows) // _SAMPLES)
    found = []
    for raw in rows[::step]:
        if not raw.cells:
            continue
        pair = [values.number(canonical.cell(raw.cells, f"published_{a}")) for a in ("lon", "lat")]
        lon, lat = pair
        if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
            continue
        district = canonical.cell(raw.cells, "district")
        station = named.get(letters(canonical.cell(raw.cells, "name")))
        at = station.position if station else None
        known_at = at if at and _is_near(lon, lat, at) else None
        found.append(Sample(lon, lat, district if district.isdecimal() else "", known_at))
    return found


def _known_by_name(known: Sequence[Station]) -> Mapping[str, Station]:
    """Stations whose name no other has, and whose position is not in doubt."""
    named: dict[str, Station | None] = {}
    for station in known:
        key = letters(station.name)
        named[key] = station if key not in named else None
    return {
        key: station for key, station in named.items() if station and station.answerable and key
    }


def _is_near(lon: float, lat: float, known: Position) -> bool:
    """Near enough to be told apart by a datum: a namesake in another town says nothing."""
    lon84, lat84 = convert_position(lon, lat, source="gcj02", target="wgs84")
    return abs(lon84 - known.lon) < 0.03 and abs(lat84 - known.lat) < 0.03
