"""Does a position contradict its own record? Then it is suspect, or worth a warning.

Suspect is a position more than :data:`SUSPECT_M` outside the record's district (with a
functional zone: outside all districts that the zone lies in), or :data:`ISOLATED_M` and
more from every other station of its zone. A smaller contradiction is a warning.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import NATION
from geo.places import Places
from geo.text import Text
from geo.validation.divisions import Division, name_of
from geo.validation.findings import Report
from geo.validation.nearest_other import nearest_other_m
from geo.validation.outlines import distances_outside_m
from geo.validation.positions import TOLERANCE_M, Floats, distance_text, lon_lat, warn
from geo.validation.records import Draft
from geo.zones import Zone, zones

SUSPECT_M: Final = 2_000.0
ISOLATED_M: Final = 10_000.0

Progress = Callable[[float], None]
_Key = TypeVar("_Key", bound=Hashable)


def check_positions(
    drafts: Sequence[Draft], places: Places, report: Report, progress: Progress
) -> None:
    """Compare every position with its district, zone and file; doubts go into the drafts.

    ``progress`` is told the share done, from 0 to 1. Outside China nothing is known to
    compare with.
    """
    drafts = [draft for draft in drafts if draft.division]
    zone_of = [_zone(draft, report) for draft in drafts]
    allowed = [
        zone.districts if zone else (_division(draft).district.adcode,)
        for draft, zone in zip(drafts, zone_of, strict=True)
    ]
    outside_m = _outside_m(drafts, allowed, places, progress)
    outside: list[int] = np.flatnonzero(outside_m > TOLERANCE_M).tolist()
    for at in outside:
        _judge(drafts[at], zone_of[at], float(outside_m[at]), places, report)
    _check_area([drafts[at] for at in outside], places, report)
    zoned = [at for at, zone in enumerate(zone_of) if zone]
    in_zone = [drafts[at] for at in zoned if outside_m[at] <= TOLERANCE_M]
    _check_own_district(in_zone, places, report)
    for zone, members in _groups([zone_of[at] for at in zoned]).items():
        if zone:
            _check_isolated([drafts[zoned[at]] for at in members], report)


def _zone(draft: Draft, report: Report) -> Zone | None:
    written = draft.fields["zone"]
    if written is None:
        return None
    zone = zones().find(_division(draft).city.adcode, written)
    if zone is None:
        warn(report, "unknown_zone", draft, "zone", value=written)
    return zone


def _judge(
    draft: Draft, zone: Zone | None, outside_m: float, places: Places, report: Report
) -> None:
    """Warn of a position outside its district or zone, and doubt one that is far outside."""
    distance, where = distance_text(outside_m), _where(draft, places)
    far = outside_m > SUSPECT_M
    if zone:
        code = "far_from_zone" if far else "zone_contradiction"
        warn(report, code, draft, "zone", zone=_written(draft), distance=distance, where=where)
        doubt = Text(
            f"坐标距{_written(draft)}所在区县 {distance.zh}，{where.zh}",
            f"{distance.en} outside the districts of {_written(draft)}, {where.en}",
        )
    else:
        district = name_of(_division(draft).district)
        code = "far_from_district" if far else "district_contradiction"
        warn(report, code, draft, "district", district=district, distance=distance, where=where)
        doubt = Text(
            f"坐标距所写区县{district.zh} {distance.zh}，{where.zh}",
            f"{distance.en} outside the record's district {district.en}, {where.en}",
        )
    if far:
        draft.doubts.append(doubt)


def _check_own_district(drafts: Sequence[Draft], places: Places, report: Report) -> None:
    """Warn of rows inside their zone whose district is another one than the point's."""
    own = [(_division(draft).district.adcode,) for draft in drafts]
    for draft, outside_m in zip(drafts, _outside_m(drafts, own, places), strict=True):
        if outside_m > TOLERANCE_M:
            warn(
                report,
                "district_contradiction",
                draft,
                "district",
                district=name_of(_division(draft).district),
                distance=distance_text(outside_m),
                where=_where(draft, places),
            )


def _check_area(drafts: Sequence[Draft], places: Places, report: Report) -> None:
    """Warn of positions outside the area that their file declares."""
    areas = [draft.declaration.area for draft in drafts]
    outlines = [() if area == NATION else (area,) for area in areas]
    for draft, outside_m in zip(drafts, _outside_m(drafts, outlines, places), strict=True):
        if outside_m > TOLERANCE_M:
            warn(
                report,
                "outside_area",
                draft,
                "published_lon",
                area=name_of(places.get(draft.declaration.area)),
                distance=distance_text(outside_m),
                where=_where(draft, places),
            )


def _check_isolated(drafts: Sequence[Draft], report: Report) -> None:
    """Doubt a position far from all others of one zone that are not in doubt themselves."""
    trusted = np.array([not draft.doubts for draft in drafts])
    distances_m = nearest_other_m(*lon_lat(draft.position for draft in drafts), trusted)
    for draft, distance_m in zip(drafts, distances_m, strict=True):
        if ISOLATED_M <= distance_m < np.inf:
            distance = distance_text(distance_m)
            warn(report, "far_from_others", draft, "zone", zone=_written(draft), distance=distance)
            draft.doubts.append(
                Text(
                    f"距{_written(draft)}最近的另一站点 {distance.zh}",
                    f"{distance.en} from the nearest other station of {_written(draft)}",
                )
            )


def _outside_m(
    drafts: Sequence[Draft],
    allowed: Sequence[tuple[str, ...]],
    places: Places,
    progress: Progress = lambda _: None,
) -> Floats:
    """How far outside its allowed places (adcodes; none means anywhere) each position lies."""
    lon, lat = lon_lat(draft.position for draft in drafts)
    outside_m = np.zeros(len(drafts))
    groups = _groups(allowed)
    for done, (adcodes, members) in enumerate(groups.items()):
        for nth, adcode in enumerate(adcodes):
            distances = distances_outside_m(places.outline(adcode), lon[members], lat[members])
            outside_m[members] = np.minimum(distances, outside_m[members]) if nth else distances
        progress((done + 1) / len(groups))
    return outside_m


def _groups(keys: Sequence[_Key]) -> Mapping[_Key, NDArray[np.intp]]:
    members = defaultdict(list)
    for at, key in enumerate(keys):
        members[key].append(at)
    return {key: np.array(indices) for key, indices in members.items()}


def _division(draft: Draft) -> Division:
    if draft.division is None:
        raise TypeError("drafts outside China are not compared")
    return draft.division


def _where(draft: Draft, places: Places) -> Text:
    located = places.at(draft.position)
    place = located.district or located.city or located.province
    if place is None:
        return Text("不在任何区县内", "in no district")
    return Text(f"落在{place.name}", f"in {place.name_en}")


def _written(draft: Draft) -> str:
    return draft.fields["zone"] or ""
