"""Is it open at a moment, until when, and why: in Asia/Shanghai, with China's special days.

What the specification leaves open is settled so:

* A rule of exactly Monday to Friday, which 工作日 and 周一至周五 are read as, is about the State
  Council's workdays: not on public holidays, but on make-up workdays, whatever their weekday.
  So do the hours of single weekdays beside such a rule, and rules that together are Monday to
  Friday; which of these hold on a make-up workday is not known.
* A rule of every day holds on every date. A rule of Saturday, Sunday or both does not hold on
  a make-up workday. Any other set of weekdays is about the weekday; if it has all of Monday to
  Friday it holds on make-up workdays too.
* Where a rule names public holidays (PH), on these only such rules count.
* On a make-up workday for which only the weekend's rules would speak, while the rules of other
  weekdays differ from each other, and in a year not published, a rule that would need to know
  gives no answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from geo.hours.calendar import SHANGHAI, DayType, calendar
from geo.hours.reading import OpeningHours, Reading
from geo.hours.spec import (
    ALWAYS,
    DAY_MIN,
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    MonthDay,
    Rule,
    Span,
    are_of_workdays,
    parse,
)
from geo.text import Text

StateName = Literal["open", "closed", "unknown"]

# How far the next opening is looked for, and a closing in a run of hours that touch.
_SEARCH_DAYS: Final = 60
_NEVER_CLOSES_DAYS: Final = 8
_WEEKDAYS: Final = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class State:
    """Whether a station is open at ``as_of``; all times are aware, in Asia/Shanghai.

    ``opens_at`` is the next opening of one that is closed, ``closes_at`` the closing of one
    that is open, ``None`` if there is none in sight or it is not known. ``closes_in_min`` is
    rounded down.
    """

    state: StateName
    opens_at: datetime | None
    closes_at: datetime | None
    closes_in_min: int | None
    reason: Text
    assumption: Text | None
    as_of: datetime


def open_at(hours: OpeningHours, at: datetime) -> bool | None:
    """Whether it is open at a moment (aware); ``None`` if that cannot be known."""
    local = at.astimezone(SHANGHAI)
    minute = 60 * local.hour + local.minute
    today = local.date()
    spilt = _spans(hours.spec, today - timedelta(days=1))
    if spilt is not None and any(each.end > DAY_MIN + minute for each in spilt):
        return True
    spans = _spans(hours.spec, today)
    if spans is None:
        return None
    if any(each.start <= minute < each.end for each in spans):
        return True
    # What the night before would have said is not known.
    return None if spilt is None and _may_spill(hours.spec) else False


def state_at(reading: Reading, at: datetime) -> State:
    """The state at a moment (aware), and when it changes."""
    local = at.astimezone(SHANGHAI)
    hours = reading.hours
    if hours is None:
        reason = reading.reason or Text("开放时间未知", "the hours are not known")
        return State("unknown", None, None, None, reason, None, local)
    is_open = open_at(hours, local)
    reason = _reason(hours, local, is_open=is_open)
    if is_open is None:
        return State("unknown", None, None, None, reason, reading.assumption, local)
    if not is_open:
        opens_at = _next_opening(hours, local)
        return State("closed", opens_at, None, None, reason, reading.assumption, local)
    closes_at = _closing(hours, local)
    left = int((closes_at - local).total_seconds() // 60) if closes_at else None
    return State("open", None, closes_at, left, reason, reading.assumption, local)


def open_intervals(
    hours: OpeningHours, first: date, last: date
) -> list[tuple[datetime, datetime]] | None:
    """When it is open between two dates (both within), merged; ``None`` if a day is not known.

    Intervals are [start, end) in Asia/Shanghai; a night may reach beyond ``last``.
    """
    merged: list[tuple[datetime, datetime]] = []
    for day in _days(first, (last - first).days + 1):
        spans = _spans(hours.spec, day)
        if spans is None:
            return None
        for start, end in (_moments(day, each) for each in spans):
            if merged and merged[-1][1] >= start:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
    return merged


@lru_cache(maxsize=1 << 16)
def _spans(spec: str, day: date) -> tuple[Span, ...] | None:
    """The spans that begin on a day; ``None`` if that cannot be known."""
    return spans_on(spec, MonthDay(day.month, day.day), day.weekday(), calendar().day_type(day))


def spans_on(
    spec: str, month_day: MonthDay, weekday: int, kind: DayType | None
) -> tuple[Span, ...] | None:
    """The spans that begin on such a day; ``None`` if that cannot be known.

    ``weekday`` is 0 for Monday; ``kind`` is ``None`` in a year that is not published.
    """
    rules = parse(spec)
    in_season = [rule for rule in rules if rule.in_season(month_day)]
    if any(rule.holidays for rule in rules):
        if kind is None:
            return None
        if kind == "holiday":
            named = [rule for rule in in_season if rule.holidays]
            return _combined(named)
    holding: list[Rule] = []
    of_workdays = are_of_workdays(in_season)
    for rule in in_season:
        holds = _holds(rule, weekday, kind, of_workdays=of_workdays)
        if holds is None:
            return None
        if holds:
            holding.append(rule)
    unsaid = of_workdays or _weekend_would_speak(in_season, weekday)
    if not holding and unsaid and _may_be_makeup(weekday, kind):
        return None
    return _combined(holding)


def _holds(rule: Rule, weekday: int, kind: DayType | None, *, of_workdays: bool) -> bool | None:
    """Whether a rule speaks of a day; ``of_workdays``: it is one of those of workdays."""
    weekdays, named = rule.weekdays, weekday in rule.weekdays
    if weekdays == EVERY_DAY:
        return True
    if weekdays == WORKDAYS:
        kinds, asked = {"workday", "makeup"}, True
    elif of_workdays and weekdays < WORKDAYS and rule.spans:
        # Thursdays until 20:00, beside Monday to Friday: a workday's longer evening.
        kinds, asked = {"workday"}, named
    elif weekdays <= WEEKEND:
        kinds, asked = {"workday", "weekend", "holiday"}, named
    elif weekdays > WORKDAYS and not named:
        kinds, asked = {"makeup"}, True
    else:
        return named
    if not asked:
        return False
    return None if kind is None else kind in kinds


def _may_be_makeup(weekday: int, kind: DayType | None) -> bool:
    return kind == "makeup" or (kind is None and weekday in WEEKEND)


def _weekend_would_speak(rules: Sequence[Rule], weekday: int) -> bool:
    """Whether only weekend rules name the day, and other weekdays have rules of their own."""
    named = any(rule.weekdays <= WEEKEND and weekday in rule.weekdays for rule in rules)
    return named and any(rule.weekdays & WORKDAYS for rule in rules)


def _combined(rules: Sequence[Rule]) -> tuple[Span, ...]:
    """The last rule counts, with those that add to it."""
    spans: tuple[Span, ...] = ()
    for rule in rules:
        spans = tuple(sorted((*spans, *rule.spans))) if rule.adds else rule.spans
    return spans


@lru_cache(maxsize=1 << 14)
def _may_spill(spec: str) -> bool:
    return any(each.end > DAY_MIN for rule in parse(spec) for each in rule.spans)


def _next_opening(hours: OpeningHours, local: datetime) -> datetime | None:
    for day in _days(local.date(), _SEARCH_DAYS):
        spans = _spans(hours.spec, day)
        if spans is None:
            return None
        for each in spans:
            start, _ = _moments(day, each)
            if start > local:
                return start
    return None


def _closing(hours: OpeningHours, local: datetime) -> datetime | None:
    """The end of the run of hours that touch; ``None`` if it has none in sight."""
    end = local
    for day in _days(local.date() - timedelta(days=1), _NEVER_CLOSES_DAYS + 1):
        spans = _spans(hours.spec, day)
        if spans is None:
            # Up to here it is known; what begins at midnight is not.
            return end if end < datetime.combine(day, datetime.min.time(), SHANGHAI) else None
        for each in spans:
            start, stop = _moments(day, each)
            if start <= end < stop:
                end = stop
    last = local.date() + timedelta(days=_NEVER_CLOSES_DAYS - 1)
    return None if end.date() > last else end


def _moments(day: date, each: Span) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, datetime.min.time(), SHANGHAI)
    return midnight + timedelta(minutes=each.start), midnight + timedelta(minutes=each.end)


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=nth) for nth in range(count))


def _reason(hours: OpeningHours, local: datetime, *, is_open: bool | None) -> Text:
    rules = parse(hours.spec)
    if is_open is None:
        return _unknown_reason(local.date())
    if hours.spec == ALWAYS:
        return Text("24 小时开放", "open 24 hours")
    if not any(rule.spans for rule in rules):
        return Text("名录写明不开放", "the list says that it is not open")
    special = _special_reason(rules, local.date())
    if special:
        return special
    weekday = _WEEKDAYS[local.weekday()]
    if not is_open and not _spans(hours.spec, local.date()):
        return Text(f"{weekday.zh}不开放", f"not open on {weekday.en}")
    return Text(f"按{weekday.zh}的时间", f"by the hours of {weekday.en}")


def _special_reason(rules: Sequence[Rule], today: date) -> Text | None:
    """That the day is a holiday or a make-up workday, where that decides."""
    kind = calendar().day_type(today)
    if kind == "holiday" and (are_of_workdays(rules) or any(rule.holidays for rule in rules)):
        name = calendar().holidays[today]
        return Text(f"{name.zh}放假期间", f"public holiday: {name.en}")
    if kind == "makeup" and any(rule.weekdays != EVERY_DAY for rule in rules):
        return Text("调休上班日，按工作日", "a make-up workday, taken as a workday")
    return None


def _unknown_reason(today: date) -> Text:
    if calendar().day_type(today) is None:
        return Text(
            f"{today.year} 年的放假安排尚未公布，无法判断",
            f"the public holidays of {today.year} are not published yet",
        )
    return Text(
        "调休上班日：名录没有写明按哪一天的时间",
        "a make-up workday: the list does not say which day's hours hold",
    )
