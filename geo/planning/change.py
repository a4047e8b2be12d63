"""What changed between two revisions, split by cause.

The way from the stations of then to those of now is walked in a fixed order: first those that
closed go, then new ones come, then positions move, then hours change, and what else differs
(kind, facilities, the trust in a position) is corrected last. After each step everything is
measured again; a cause is the difference that its step made. So the parts add up to the whole
exactly, being whole persons and square metres, and depend on the order, which is why it is
stated: a station that closed and one that opened beside it are one loss and one gain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from geo.planning.model import Band, Cause, Change, Covered, Lens, Threshold
from geo.station import Station
from geo.text import Text

CauseCode = Literal["closed", "new", "moved", "hours", "corrected"]
# The order of the steps.
CAUSES: Final[Mapping[CauseCode, Text]] = {
    "closed": Text("关闭或移出的站点", "stations that closed or left the list"),
    "new": Text("新增或恢复的站点", "stations that are new or open again"),
    "moved": Text("坐标改动", "moved coordinates"),
    "hours": Text("开放时间改动", "changed hours"),
    "corrected": Text("其他资料更正", "other data corrected"),
}

Measure = Callable[[Sequence[Station]], Covered]


class Pair(NamedTuple):
    """One station then and now; ``None`` where the list did not have it."""

    before: Station | None
    after: Station | None


@dataclass(frozen=True, slots=True)
class Step:
    """The stations after one cause, and the ids of those that it changed."""

    code: CauseCode
    stations: Sequence[Station]
    changed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The revision that is compared with; ``covered`` is what was reached then, to be drawn."""

    revision: int
    snapshot: str
    covered: BaseGeometry | None


def steps(pairs: Sequence[Pair]) -> list[Step]:
    """The way from then to now; the last step has the stations of now."""
    current = {pair.before.id: pair.before for pair in pairs if pair.before}
    after = {pair.after.id: pair.after for pair in pairs if pair.after}
    way = []
    for code in CAUSES:
        changed = []
        for station_id in sorted(current | after):
            was, becomes = current.get(station_id), after.get(station_id)
            then = _STEPS[code](was, becomes)
            if _matters(then) != _matters(was):
                changed.append(station_id)
            if then is not None:
                current[station_id] = then
            else:
                current.pop(station_id, None)
        way.append(Step(code, [current[key] for key in sorted(current)], changed))
    return way


def change(
    pairs: Sequence[Pair], measure: Measure, *, threshold: Threshold, lens: Lens, since: Since
) -> Change:
    """The change of one coverage. ``measure`` is asked once for each step that changes anything."""
    before = measure([pair.before for pair in pairs if pair.before])
    now, causes = before, []
    for step in steps(pairs):
        then = measure(step.stations) if step.changed else now
        people, area_m2 = _moved(now, then)
        causes.append(
            Cause(
                code=step.code,
                label=CAUSES[step.code],
                stations=step.changed,
                people=people,
                area_m2=area_m2,
            )
        )
        now = then
    people, area_m2 = _moved(before, now)
    return Change(
        threshold=threshold,
        lens=lens,
        since=since.revision,
        since_snapshot=since.snapshot,
        before=before,
        after=now,
        people=people,
        area_m2=area_m2,
        causes=causes,
        covered_before=since.covered,
    )


def _closed(was: Station | None, becomes: Station | None) -> Station | None:
    goes = was is not None and (becomes is None or _stops(was, becomes))
    return becomes if goes else was


def _new(was: Station | None, becomes: Station | None) -> Station | None:
    if was is None or becomes is None:
        return becomes
    return replace(was, status=becomes.status) if _stops(becomes, was) else was


def _repositioned(was: Station | None, becomes: Station | None) -> Station | None:
    if was is None or becomes is None or was.position == becomes.position:
        return was
    return replace(
        was,
        position=becomes.position,
        position_quality=becomes.position_quality,
        position_error_m=becomes.position_error_m,
    )


def _rescheduled(was: Station | None, becomes: Station | None) -> Station | None:
    return replace(was, hours_text=becomes.hours_text) if was and becomes else was


def _corrected(was: Station | None, becomes: Station | None) -> Station | None:
    return becomes if was and becomes else was


# What each step makes of one station as it has become so far, given what it is now.
_STEPS: Final[Mapping[CauseCode, Callable[[Station | None, Station | None], Station | None]]] = {
    "closed": _closed,
    "new": _new,
    "moved": _repositioned,
    "hours": _rescheduled,
    "corrected": _corrected,
}


def _matters(station: Station | None) -> object:
    """What decides whether and where a station counts."""
    return station and (
        station.kind,
        station.status,
        station.position,
        station.position_quality,
        station.position_error_m,
        station.hours_text,
        station.facilities_known,
        station.facilities,
    )


def _stops(one: Station, other: Station) -> bool:
    return one.status == "open" and other.status != "open"


def _moved(start: Covered, end: Covered) -> tuple[Band | None, Band]:
    area = Band(*(_m2(b) - _m2(a) for a, b in zip(start.area, end.area, strict=True)))
    if start.people is None or end.people is None:
        return None, area
    ends = zip(start.people, end.people, strict=True)
    return Band(*(float(round(b) - round(a)) for a, b in ends)), area


def _m2(km2: float) -> float:
    return float(round(km2 * 1e6))
