"""Opening hours: every real string has a stated result, and 2026 is right to the quarter-hour."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from geo.hours import SHANGHAI, calendar, day_type, open_at, open_intervals, read_hours, state_at
from geo.hours.reading import _REASONS

TABLE = Path(__file__).parents[1] / "fixtures" / "hours.csv"
SPLIT = "周一至周四8:30-17:30，周五8:30-16:30"
MUSEUM = "周二至周日 9:00-17:00，周一闭馆（法定节假日除外）"
OFFICE = "周一至周五 08:30-12:00,13:00-17:30"


def stated() -> dict[str, str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["text"]: row["expected"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(("text", "expected"), list(stated().items()))
def test_read_exactly_or_unknown(text: str, expected: str):
    reading = read_hours(text)
    if expected.startswith("?"):
        assert reading.hours is None
        assert reading.reason == _REASONS[expected[1:]]
        assert state_at(reading, at("2026-11-24T12:00")).state == "unknown"
    else:
        assert reading.hours is not None, reading.reason
        assert reading.hours.spec == expected


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("opening_hours_strings.csv", "string"),
        ("london_osm_toilets_859.csv", "open_hours"),
        ("zhengzhou_stations_82.csv", "open_hours"),
    ],
)
def test_every_real_string_is_in_the_table(shared_data: Path, name: str, column: str):
    with (shared_data / "real" / name).open(encoding="utf-8-sig", newline="") as file:
        texts = {row[column] for row in csv.DictReader(file)} - {""}
    assert texts <= stated().keys()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def days(first: int = 2024, last: int = 2026) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(n) for n in range((date(last + 1, 1, 1) - start).days)]


def test_every_day_agrees_with_chinesecalendar():
    for day in days():
        workday = day_type(day) in {"workday", "makeup"}
        assert workday == chinese_calendar.is_workday(day), day
        assert (day_type(day) == "makeup") == (workday and day.weekday() >= 5), day


def test_every_public_holiday_of_the_package_holidays_is_one():
    listed = holidays.China(years=range(2024, 2027))
    for day in days():
        if day in listed:
            assert day_type(day) == "holiday", (day, listed[day])
        elif day.weekday() < 5:
            assert day_type(day) == "workday", day


def test_a_year_that_is_not_published_is_not_guessed():
    assert day_type(date(2027, 1, 1)) is None
    assert calendar().notices.keys() == {2024, 2025, 2026}


Known = Callable[[datetime, int], bool]


def workday(t: datetime) -> bool:
    return chinese_calendar.is_workday(t.date())


CASES: dict[str, Known] = {
    OFFICE: lambda t, m: workday(t) and (510 <= m < 720 or 780 <= m < 1050),
    "工作日 9:00-17:00": lambda t, m: workday(t) and 540 <= m < 1020,
    "每天 8:00-20:00": lambda _, m: 480 <= m < 1200,
    "24小时": lambda _, __: True,
    "9:00-17:00，周末休息": lambda t, m: workday(t) and 540 <= m < 1020,
    "周六日 10:00-16:00": lambda t, m: t.weekday() >= 5 and not workday(t) and 600 <= m < 960,
    "周一至周六 9:00-17:00": lambda t, m: 540 <= m < 1020
    and (t.weekday() < 6 or (t.weekday() == 6 and workday(t))),
    "18:00-05:00": lambda _, m: m >= 1080 or m < 300,
    "工作日9:00-17:00，法定节假日10:00-12:00": lambda t, m: (
        (workday(t) and 540 <= m < 1020)
        or (chinese_calendar.get_holiday_detail(t.date())[1] is not None
            and not workday(t) and 600 <= m < 720)
    ),
    "5月1日-9月30日 8:00-20:00；10月1日至次年4月30日 9:00-18:00": lambda t, m: (
        480 <= m < 1200 if 5 <= t.month <= 9 else 540 <= m < 1080
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_no_quarter_hour_of_2026_is_wrong(text: str):
    hours, known = read_hours(text).hours, CASES[text]
    assert hours is not None
    start = at("2026-01-01T00:00")
    wrong = []
    for nth in range(365 * 96):
        moment = start + timedelta(minutes=15 * nth)
        if open_at(hours, moment) != known(moment, moment.hour * 60 + moment.minute):
            wrong.append(moment)
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "moment", "state", "change"),
    [
        (OFFICE, "2026-10-01T09:00", "closed", "2026-10-08T08:30"),
        (OFFICE, "2026-10-10T09:00", "open", "2026-10-10T12:00"),
        (OFFICE, "2026-11-24T12:30", "closed", "2026-11-24T13:00"),
        (OFFICE, "2026-02-13T18:00", "closed", "2026-02-14T08:30"),
        (OFFICE, "2026-02-15T09:00", "closed", "2026-02-24T08:30"),
        ("周六日 10:00-16:00", "2026-09-20T11:00", "closed", "2026-09-26T10:00"),
        ("18:00-05:00", "2026-11-24T02:00", "open", "2026-11-24T05:00"),
        ("每天 0:00-24:00", "2026-11-24T02:00", "open", None),
        ("24小时", "2027-03-01T02:00", "open", None),
        ("周一至周日 8:30-24:00", "2026-11-24T23:59", "open", "2026-11-25T00:00"),
        ("每天 8:00-20:00", "2027-03-01T07:00", "closed", "2027-03-01T08:00"),
        (OFFICE, "2027-03-01T09:00", "unknown", None),
        (OFFICE, "2026-12-31T18:00", "closed", None),
        (
            "周一闭馆周二至周五 14:00-20:00周六至周日 10:00-18:00",
            "2026-09-20T11:00",
            "unknown",
            None,
        ),
        ("off", "2026-11-24T02:00", "closed", None),
        (SPLIT, "2026-10-01T09:00", "closed", "2026-10-08T08:30"),
        (SPLIT, "2026-10-10T09:00", "unknown", None),
        (SPLIT, "2027-03-06T09:00", "unknown", None),
        (MUSEUM, "2026-10-05T10:00", "open", "2026-10-05T17:00"),
        (MUSEUM, "2026-11-23T10:00", "closed", "2026-11-24T09:00"),
        ("9:00-17:00，周六日休息", "2026-10-01T10:00", "closed", "2026-10-08T09:00"),
        ("9:00-17:00，周六日休息", "2026-10-10T10:00", "open", "2026-10-10T17:00"),
        ("12月1日至次年2月28日 9:00-16:00", "2024-02-29T10:00", "open", "2024-02-29T16:00"),
    ],
)
def test_known_moments(text: str, moment: str, state: str, change: str | None):
    found = state_at(read_hours(text), at(moment))
    assert found.state == state
    expected = at(change) if change else None
    assert (found.closes_at if state == "open" else found.opens_at) == expected
    if state == "open" and change:
        assert found.closes_in_min == (at(change) - at(moment)).seconds // 60
    assert found.as_of == at(moment)


def test_reasons_name_the_day():
    office = read_hours(OFFICE)
    assert state_at(office, at("2026-10-01T09:00")).reason.zh == "国庆节放假期间"
    assert "调休" in state_at(office, at("2026-10-10T09:00")).reason.zh
    assert state_at(office, at("2026-11-29T09:00")).reason.en == "not open on Sunday"
    assert "2027" in state_at(office, at("2027-03-01T09:00")).reason.zh


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (OFFICE, "workdays"),
        ("每天 8:00-20:00", "every day"),
        ("24小时", "every day"),
        ("周六 8:00-20:00", "weekday"),
        ("工作日8:30-17:30，法定节假日休息", None),
    ],
)
def test_what_is_assumed_is_said(text: str, word: str | None):
    assumption = read_hours(text).assumption
    assert (assumption is None) if word is None else (assumption and word in assumption.en)


def test_other_time_zones_are_converted():
    utc = datetime.fromisoformat("2026-11-24T00:31:00+00:00")
    assert state_at(read_hours(OFFICE), utc).state == "open"


def test_intervals_are_merged_and_a_night_reaches_over():
    hours = read_hours("18:00-05:00").hours
    assert hours is not None
    found = open_intervals(hours, date(2026, 11, 24), date(2026, 11, 25))
    assert found == [
        (at("2026-11-24T18:00"), at("2026-11-25T05:00")),
        (at("2026-11-25T18:00"), at("2026-11-26T05:00")),
    ]
