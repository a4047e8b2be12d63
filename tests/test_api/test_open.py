"""Open now, at a moment, on arrival: over HTTP, and against brute force over the hours."""

from datetime import datetime, timedelta

import httpx
import numpy as np
import pytest

from geo.geodesic import GEOD
from geo.hours import SHANGHAI, open_at, read_hours
from geo.index import OpenAt, StationIndex
from geo.position import Position
from geo.snapshot import Snapshot
from geo.travel import DETOUR, TRAVELS

HERE = "lon=113.66&lat=34.75"


def ask(server, query: str) -> list[dict[str, object]]:
    answer = server.get(f"/api/v1/nearest?{HERE}&group=all&{query}")
    assert answer.status_code == 200, answer.text
    return [feature["properties"] for feature in answer.json()["features"]]


def test_only_those_open_then(shipped_server):
    at = "open=2026-11-24T20:30:00%2B08:00"
    found = ask(shipped_server, f"k=50&{at}&unknown_hours=exclude")
    assert found
    assert {each["opening"]["state"] for each in found} == {"open"}
    both = ask(shipped_server, f"k=80&{at}")
    assert {each["opening"]["state"] for each in both} == {"open", "unknown"}
    distances = [each["distance_m"] for each in both]
    assert distances == sorted(distances)
    assert all(each["opening"]["as_of"] == "2026-11-24T20:30+08:00" for each in both)


def test_an_office_in_the_national_holiday(shipped_server):
    day, holiday = (
        ask(shipped_server, f"k=80&unknown_hours=exclude&open={moment}")
        for moment in ("2026-09-30T10:00", "2026-10-02T10:00")
    )
    closed = {each["id"] for each in day} - {each["id"] for each in holiday}
    assert closed
    texts = {each["hours_text"] for each in day if each["id"] in closed}
    assert all(text.startswith("周一至周五") for text in texts)


def test_on_arrival_each_station_has_its_own_minute(shipped_server):
    walked = ask(shipped_server, "k=20&open=arrival&unknown_hours=exclude")
    for each in walked:
        seconds = each["distance_m"] * DETOUR / (TRAVELS["walk"].speed_kmh / 3.6)
        assert each["travel_s"] == pytest.approx(seconds, abs=1)
    whole = shipped_server.get(f"/api/v1/nearest?{HERE}&open=arrival&mode=ride").json()
    assert "15" in whole["travel"]


@pytest.mark.parametrize("wrong", ["open=soon", "open=25:00", "open=2026-13-01T00:00",
                                   "open=now&mode=fly", "unknown_hours=maybe"])  # fmt: skip
def test_what_is_no_time_is_told(shipped_server, wrong: str):
    answer = httpx.get(f"{shipped_server.url}/api/v1/nearest?{HERE}&{wrong}")
    assert answer.status_code == 400
    assert answer.json()["expected"]


@pytest.mark.parametrize("unknown", ["include", "exclude"])
@pytest.mark.parametrize("travel", [None, "walk", "ride"])
@pytest.mark.parametrize("moment", ["2026-11-24T07:20", "2026-10-01T21:50", "2026-10-10T12:10"])
def test_the_index_equals_brute_force(shipped: Snapshot, moment: str, travel: str, unknown: str):
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    asked = OpenAt(at, unknown, TRAVELS[travel] if travel else None)
    stations = [s for s in shipped.stations() if s.answerable]
    index = StationIndex(shipped)
    for origin in (Position(113.66, 34.75), Position(113.3, 34.8), Position(116.4, 39.9)):
        ranked = []
        for station in stations:
            _, _, metres = GEOD.inv(*origin, *station.position)
            then = at + timedelta(seconds=asked.travel.seconds(metres)) if asked.travel else at
            hours = read_hours(station.hours_text).hours if station.hours_text else None
            is_open = open_at(hours, then) if hours else None
            if is_open or (is_open is None and unknown == "include"):
                ranked.append((metres, station.id))
        expected = [key for _, key in sorted(ranked)[:12]]
        found = index.nearest(origin, k=12, open_at=asked)
        assert [each.station.id for each in found] == expected
        assert np.all(np.diff([each.distance_m for each in found]) >= 0)
