"""Rows that waited for a position and now have one: through the same door as any row."""

from collections.abc import Sequence
from datetime import date

from geo.geocoding import Geocoded
from geo.importing.handed_in import HandedInDivisions, readers
from geo.importing.ids import Ids
from geo.places import Places
from geo.sources.csv_rows import RawRow
from geo.station import Station
from geo.store import Listed, Pending, Store, change_of_stations
from geo.validation.contradictions import check_positions
from geo.validation.divisions import Divisions
from geo.validation.findings import Report
from geo.validation.positions import convert_positions
from geo.validation.records import Draft, RecordReader


def keep_located(
    store: Store, found: Sequence[tuple[Pending, Geocoded]], places: Places, *, who: str, on: date
) -> int:
    """Make stations of the rows, as one revision; how many were good enough to be."""
    info = store.info()
    lists = {each.path: each for each in info.declarations}
    ids = Ids(store.next_serial, [each.station.id for each in store.stations(info.revision)])
    divisions = Divisions(places)
    put: list[Listed] = []
    done: set[str] = set()
    for row, at in found:
        header = (*row.fields, "published_lon", "published_lat", "published_datum")
        header = tuple(dict.fromkeys((*header, "position_quality", "position_note")))
        note = f"{at.provider} 地理编码（{at.level or '未注明精度'}），{on.isoformat()}"
        cells = {
            **row.fields,
            "published_lon": repr(at.lon),
            "published_lat": repr(at.lat),
            "published_datum": at.datum,
            "position_quality": "geocoded",
            "position_note": note,
        }
        reader = RecordReader(
            lists[row.list_key],
            header,
            divisions=HandedInDivisions(divisions, flagging=False),
            ids={},
            report=Report(),
            readers=readers(flagging=False),
        )
        draft = reader.read(RawRow(row.row, [cells.get(name, "") for name in header]))
        station = draft and _station(draft, divisions, places, ids)
        if station:
            put.append(Listed(row.list_key, station))
            done.add(row.key)
    if put:
        touched = {each.list_key for each in put}
        left = [each for each in store.pending(info.revision) if each.key not in done]
        pending = {key: [each for each in left if each.list_key == key] for key in touched}
        change = change_of_stations(info, put, action="geocode", who=who, pending=pending)
        store.commit(change)
    return len(put)


def _station(draft: Draft, divisions: Divisions, places: Places, ids: Ids) -> Station | None:
    convert_positions([draft])
    if draft.division is None:
        district = places.at(draft.position).district
        if district is None:
            return None
        draft.division = divisions.named(district.adcode)
    check_positions([draft], places, Report(), lambda _share: None)
    draft.fields["id"] = ids.new(draft.division.district.adcode)
    return draft.station()
