"""One station corrected: through the same door as a row of a list."""

from collections.abc import Mapping
from typing import Final

from geo.catalogue import Declaration
from geo.errors import InputError, RecordError
from geo.export.rows import cells_of
from geo.places import Places
from geo.sources.csv_rows import RawRow
from geo.station import Station
from geo.text import Text
from geo.validation.columns import COLUMNS
from geo.validation.contradictions import check_positions
from geo.validation.divisions import Divisions
from geo.validation.findings import Finding, Report
from geo.validation.positions import convert_positions
from geo.validation.records import RecordReader

CORRECTABLE: Final = (
    "name",
    "kind",
    "address",
    "district",
    "zone",
    "published_lon",
    "published_lat",
    "published_datum",
    "position_quality",
    "position_note",
    "position_error_m",
    "hours_text",
    "facilities",
    "area_m2",
    "phone",
    "verified_on",
)
_POSITION: Final = ("published_lon", "published_lat", "published_datum")


def corrected(station: Station, changes: Mapping[str, object], places: Places) -> Station:
    """The station with some columns changed; ``None`` makes a value unknown.

    Raises :class:`InputError` for a column that is not correctable and
    :class:`RecordError` for values that cannot be.
    """
    for column in changes:
        if column not in CORRECTABLE:
            raise InputError(
                column[:40],
                zh=f"不能更正字段 {column[:40]}",
                en=f"the field {column[:40]} cannot be corrected",
                value=None,
                expected=Text("、".join(CORRECTABLE), ", ".join(CORRECTABLE)),
            )
    cells = {**cells_of(station), **{name: _cell(value) for name, value in changes.items()}}
    cells["lon"] = cells["lat"] = ""
    if set(changes) & set(_POSITION) and not changes.get("position_quality"):
        # What was doubted or noted was said of another position.
        cells["position_quality"], cells["position_note"] = "unknown", ""
    return _judged(station, cells, places)


def _judged(station: Station, cells: Mapping[str, str], places: Places) -> Station:
    report = Report()
    header = (*COLUMNS, *(name for name in station.extra if name not in COLUMNS))
    row = [cells.get(name, station.extra.get(name, "")) for name in header]
    reader = RecordReader(
        _declaration(station), header, divisions=Divisions(places), ids={}, report=report
    )
    draft = reader.read(RawRow(1, row))
    errors = [finding for finding in report.findings if finding.severity == "error"]
    if draft is None or errors:
        raise _refused((*errors, *report.findings)[0])
    convert_positions([draft])
    check_positions([draft], places, report, lambda _share: None)
    return draft.station()


def _refused(finding: Finding) -> RecordError:
    return RecordError(
        finding.field or "station",
        zh=finding.message.zh,
        en=finding.message.en,
        value=None,
        expected=finding.fix,
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ";".join(map(str, value)) or "none"
    return str(value)


def _declaration(station: Station) -> Declaration:
    """The station's own city as the area: whatever its list speaks of, it stays in it."""
    return Declaration(
        path=station.id,
        area=station.city,
        content="stations",
        datum=None,
        source=station.source,
        licence="",
        collected_on=None,
        completeness=None,
        synthetic=station.synthetic,
        area_name=Text(station.city, station.city),
    )
