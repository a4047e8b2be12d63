"""States and changes equal stepping minute by minute; nothing is ever read wrongly."""

import re
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.hours import SHANGHAI, open_at, open_intervals, read_hours, state_at
from geo.hours.reading import OpeningHours, Reading
from geo.hours.spec import parse, write

SETTINGS = settings(max_examples=150, deadline=None)
clock = st.integers(0, 95).map(lambda q: f"{q // 4:02d}:{q % 4 * 15:02d}")
DAYS = ("Mo-Su", "Mo-Fr", "Sa-Su", "Mo-Sa", "Tu-Su", "Sa", "We", "PH", "Su,PH", "Mo,We,Fr")


@st.composite
def specs(draw: st.DrawFn) -> str:
    rules = []
    for days in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True)):
        start, end = draw(clock), draw(clock)
        times = "off" if start == end else f"{start}-{end}"
        rules.append(f"{days} {times}")
    return "; ".join(rules)


moments = st.integers(0, 365 * 1440 - 1).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minute)
)


@SETTINGS
@given(spec=specs())
def test_a_specification_is_written_as_it_is_read(spec: str):
    rules = parse(spec)
    assert parse(write(rules)) == rules


@SETTINGS
@given(spec=specs(), moment=moments)
def test_open_is_to_be_within_an_interval(spec: str, moment: datetime):
    hours = OpeningHours(write(parse(spec)))
    day = moment.date()
    intervals = open_intervals(hours, day - timedelta(days=1), day)
    if intervals is None:
        return
    inside = any(start <= moment < end for start, end in intervals)
    assert open_at(hours, moment) == inside


@SETTINGS
@given(spec=specs(), moment=moments.filter(lambda t: t < datetime(2026, 12, 15, tzinfo=SHANGHAI)))
def test_the_next_change_is_the_next_change(spec: str, moment: datetime):
    hours = OpeningHours(write(parse(spec)))
    state = state_at(Reading(hours, None, None), moment)
    if state.state == "unknown":
        return
    change = state.closes_at if state.state == "open" else state.opens_at
    is_open = state.state == "open"
    limit = min(change or moment + timedelta(days=2), moment + timedelta(days=2))
    step = moment
    while step < limit:
        now = open_at(hours, step)
        assert now is None or now == is_open, step
        step += timedelta(minutes=1)
    if change and change < moment + timedelta(days=2):
        assert open_at(hours, change) in {not is_open, None}


@SETTINGS
@given(
    text=st.text(
        st.sampled_from(
            "周一二三四五六日至到-、,:：0123456789 工作日每天闭馆休息上下午点半节假24小时"
        ),
        max_size=24,
    )
)
def test_whatever_is_written_every_time_that_is_read_stands_there(text: str):
    reading = read_hours(text)
    assert (reading.hours is None) != (reading.reason is None)
    if reading.hours is None or reading.hours.spec == "24/7":
        return
    digits = {int(number) for number in re.findall(r"\d{1,2}", text.replace("：", ":"))}
    pieces = set(digits) | {int(a) for a in re.findall(r"(?=(\d\d))", text)}
    pieces |= {hour + 12 for hour in pieces} | {0, 24, 30}
    for hour, minute in re.findall(r"(\d\d):(\d\d)", reading.hours.spec):
        assert int(hour) in pieces
        assert int(minute) in pieces


@SETTINGS
@given(
    at=st.integers(0, 40),
    letter=st.sampled_from("周一五至-:0189 ，。（）春楼响应约"),
    text=st.sampled_from(
        [
            "周一至周五 08:30-12:00,13:00-17:30",
            "周二至周日 9:00-17:00（周一闭馆）",
            "上午9:00-11:30 下午13:00-17:00",
        ]
    ),
)
def test_a_slip_of_the_pen_is_no_other_time(at: int, letter: str, text: str):
    slipped = text[: at % len(text)] + letter + text[at % len(text) :]
    reading = read_hours(slipped)
    if reading.hours is None:
        return
    digits = re.sub(r"\D", "", slipped)
    for clock_text in re.findall(r"\d\d:\d\d", reading.hours.spec):
        plain = clock_text.replace(":", "")
        assert plain in digits or plain.lstrip("0") in digits or plain in {"2400", "0000"}


def test_dates_of_a_season_wrap_the_year():
    hours = read_hours("10月1日至次年4月30日 9:00-18:00").hours
    assert hours is not None
    assert open_intervals(hours, date(2026, 5, 1), date(2026, 9, 30)) == []
    assert len(open_intervals(hours, date(2026, 1, 1), date(2026, 4, 30)) or ()) == 120
