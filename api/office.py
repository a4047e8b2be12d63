"""What the office does to single stations: correct, close, reopen, decide. Each is a revision."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from geo.errors import InputError
from geo.hours import SHANGHAI
from geo.station import REPORTED, Station, Status
from geo.store import Listed, change_of_stations
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import Duplicate, Report, Store


def correct(
    store: "Store", station_id: str, changes: Mapping[str, object], *, who: str, note: str
) -> int:
    """Change fields of one station, judged as a row of a list is; the revision's number.

    Raises :class:`~geo.errors.NotFoundError`, and
    :class:`~geo.errors.RecordError` for values that cannot be.
    """
    from geo.importing.correction import corrected
    from geo.places import load_places

    info, listed = store.info(), store.station(station_id)
    station = corrected(listed.station, changes, load_places())
    put = [Listed(listed.list_key, station)]
    change = change_of_stations(info, put, action="correct", who=who, note=note)
    return store.commit(change).number


def set_status(store: "Store", station_id: str, status: Status, *, who: str, note: str) -> int:
    """Close, suspend or reopen one station; the revision's number."""
    info, listed = store.info(), store.station(station_id)
    station = dataclasses.replace(
        listed.station, status=status, extra=_without_report(listed.station)
    )
    action = {"open": "reopen", "closed": "close", "suspended": "suspend"}[status]
    put = [Listed(listed.list_key, station)]
    return store.commit(change_of_stations(info, put, action=action, who=who, note=note)).number


def decide_duplicate(store: "Store", number: int, verdict: str, *, who: str) -> int:
    """Say whether a pair is one station: if so, the second is closed and names the first.

    The revision's number. Raises :class:`InputError` for another verdict than the two.
    """
    if verdict not in {"same", "different"}:
        raise _no_such_verdict(verdict, ("same", "different"))
    pair, info = store.duplicates.get(number), store.info()
    revision = info.revision
    if verdict == "same":
        second = store.station(pair.second)
        extra = {**second.station.extra, "duplicate_of": pair.first}
        closed = dataclasses.replace(second.station, status="closed", extra=extra)
        put = [Listed(second.list_key, closed)]
        note = f"= {pair.first}"
        change = change_of_stations(info, put, action="decide", who=who, note=note)
        revision = store.commit(change).number
    store.duplicates.decide(number, "same" if verdict == "same" else "different", who=who)
    return revision


def decide_report(store: "Store", number: int, verdict: str, *, who: str) -> int:
    """Accept what somebody reported, so that the station says so, or reject it."""
    if verdict not in {"accepted", "rejected"}:
        raise _no_such_verdict(verdict, ("accepted", "rejected"))
    report, info = store.reports.get(number), store.info()
    revision = info.revision
    if verdict == "accepted":
        listed = store.station(report.station_id)
        told = f"{report.what} {report.received_at.astimezone(SHANGHAI).date().isoformat()}"
        extra = {**listed.station.extra, REPORTED: told}
        station = dataclasses.replace(listed.station, extra=extra)
        put = [Listed(listed.list_key, station)]
        change = change_of_stations(info, put, action="report", who=who, note=told)
        revision = store.commit(change).number
    store.reports.decide(number, "accepted" if verdict == "accepted" else "rejected", who=who)
    return revision


def duplicate_json(store: "Store", pair: "Duplicate") -> dict[str, Any]:
    """A pair of the queue with what speaks for its being one station."""
    return {
        "id": pair.id,
        "first": _shown(store.station(pair.first).station),
        "second": _shown(store.station(pair.second).station),
        "evidence": dict(pair.evidence),
        "found_in": pair.found_in,
        "state": pair.state,
    }


def report_json(report: "Report") -> dict[str, Any]:
    """A report as the office sees it."""
    today = datetime.now(SHANGHAI).date()
    days = (today - report.received_at.astimezone(SHANGHAI).date()).days
    return {
        "id": report.id,
        "station_id": report.station_id,
        "what": report.what,
        "received_at": report.received_at.isoformat(timespec="minutes"),
        "days_ago": days,
        "state": report.state,
    }


def _without_report(station: Station) -> Mapping[str, str]:
    return {name: value for name, value in station.extra.items() if name != REPORTED}


def _shown(station: Station) -> dict[str, str]:
    return {
        "id": station.id,
        "name": station.name,
        "address": station.address,
        "city": station.city,
        "status": cast("str", station.status),
    }


def _no_such_verdict(verdict: str, verdicts: Sequence[str]) -> InputError:
    return InputError(
        "verdict",
        zh="没有这种判断",
        en="there is no such verdict",
        value=verdict[:40],
        expected=Text("、".join(verdicts), ", ".join(verdicts)),
    )
