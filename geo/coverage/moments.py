"""Moments that stand for kinds of days: 02:00 on a workday, noon in the national holiday.

A kind of day is represented by one date of the last year whose holidays are published: a
Wednesday and a Sunday of an ordinary week in May, the second day of the National Day holiday, so
that the night before is of the same kind, and the make-up workday that is nearest to that ordinary
week. Other dates can be asked for by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from geo.coverage.model import Lens
from geo.errors import InputError
from geo.hours import SHANGHAI, calendar
from geo.text import Text

STANDARD_MOMENTS: Final = (
    *("workday:02:00", "workday:12:00", "workday:20:00"),
    *("weekend:02:00", "weekend:12:00", "weekend:20:00"),
    *("holiday:02:00", "holiday:12:00", "holiday:20:00"),
)
DAY_LABELS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "workday": Text("工作日", "workday"),
        "weekend": Text("周末", "weekend"),
        "holiday": Text("国庆假期", "National Day holiday"),
        "makeup": Text("调休上班日", "make-up workday"),
    }
)
_FORMAT: Final = "%H:%M"
# No season of its own: neither the summer's nor the winter's hours begin or end about then.
_ORDINARY_MONTH: Final = 5
_NATIONAL_DAY: Final = (10, 2)


@dataclass(frozen=True, slots=True)
class Moment:
    """A lens of opening hours, and the moment (aware) at which it asks who is open."""

    lens: Lens
    at: datetime


def parse_moment(text: str) -> Moment:
    """``workday:02:00``, ``weekend:…``, ``holiday:…``, ``makeup:…`` or ``2026-10-01T12:00``.

    Raises :class:`InputError` for anything else, and for a date whose year's holidays are not
    published.
    """
    try:
        kind, _, clock = text.partition(":")
        if kind in DAY_LABELS:
            at_time = datetime.strptime(clock, _FORMAT).replace(tzinfo=SHANGHAI).time()
            return _moment(text, DAY_LABELS[kind], representatives()[kind], at_time)
        at = datetime.fromisoformat(text)
        if at.tzinfo is None and at.year in calendar().years and "T" in text:
            day = at.date().isoformat()
            return _moment(text, Text(day, day), at.date(), at.time())
    except ValueError:
        pass
    raise InputError(
        "moments",
        zh=f"看不懂时刻“{text[:40]}”",
        en=f"“{text[:40]}” is no moment",
        value=text[:40],
        expected=Text(
            "如 workday:02:00、weekend:12:00、holiday:12:00、makeup:12:00，"
            "或放假安排已公布的年份中的 2026-10-01T12:00",
            "such as workday:02:00, weekend:12:00, holiday:12:00, makeup:12:00,"
            " or 2026-10-01T12:00 in a year whose holidays are published",
        ),
    )


@cache
def representatives() -> Mapping[str, date]:
    """The date that stands for each kind of day."""
    year = max(calendar().years)
    wednesday = _ordinary_wednesday(date(year, _ORDINARY_MONTH, 1))
    return MappingProxyType(
        {
            "workday": wednesday,
            "weekend": wednesday + timedelta(days=4),
            "holiday": date(year, *_NATIONAL_DAY),
            "makeup": min(calendar().makeup, key=lambda day: abs(day - wednesday)),
        }
    )


def _ordinary_wednesday(day: date) -> date:
    """The first Wednesday from a day on whose week has five workdays and two days off."""
    usual = [*["workday"] * 5, *["weekend"] * 2]
    while True:
        monday = day - timedelta(days=day.weekday())
        week = [calendar().day_type(monday + timedelta(days=nth)) for nth in range(7)]
        if week == usual:
            return monday + timedelta(days=2)
        day = monday + timedelta(days=7)


def _moment(code: str, day_label: Text, day: date, clock: time) -> Moment:
    shown = clock.strftime(_FORMAT)
    label = Text(f"{day_label.zh} {shown}", f"{day_label.en} {shown}")
    lens = Lens(code=f"hours:{code}", group="hours", label=label)
    return Moment(lens, datetime.combine(day, clock, SHANGHAI))
