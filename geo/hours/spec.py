"""The part of OpenStreetMap's ``opening_hours`` specification that we read and write.

    rules     rule ( (";" | ",") rule )*     a later rule replaces an earlier one on its days,
                                             after a comma it adds to it
    rule      season? days? (times | "off")
    season    "May 01-Sep 30" | "Nov-Jan" | "Mar,Oct"
    days      "Mo-Fr" | "Mo,We" | "PH" | "Su,PH"
    times     "08:30-12:00,13:00-17:30"; an end not after its start is on the next day

Source of the grammar: wiki.openstreetmap.org, Key:opening_hours/specification.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
ALWAYS: Final = "24/7"
OFF: Final = "off"
DAY_MIN: Final = 1_440
EVERY_DAY: Final = frozenset(range(7))
WORKDAYS: Final = frozenset(range(5))
WEEKEND: Final = frozenset({5, 6})

_LAST_DAY: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH = f"(?:{'|'.join(MONTHS)})"
_MONTH_DAY = rf"{_MONTH}(?: \d{{1,2}}(?![\d:]))?"
_SEASON_ITEM = rf"{_MONTH_DAY}(?:-{_MONTH_DAY})?"
_DAY = f"(?:{'|'.join(WEEKDAYS)})"
_DAY_ITEM = rf"(?:{_DAY}(?:-{_DAY})?|PH)"
_TIME_ITEM = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?:(?P<season>{_SEASON_ITEM}(?:,{_SEASON_ITEM})*):? *)?"
    rf"(?:(?P<days>{_DAY_ITEM}(?: *, *{_DAY_ITEM})*) +)?"
    rf"(?P<times>{_TIME_ITEM}(?: *, *{_TIME_ITEM})*|24/7|off|closed)"
)
_SEPARATOR = re.compile(r" *([;,]) *")


class SpecError(ValueError):
    """The text is no specification that is read here."""


class MonthDay(NamedTuple):
    """A day of any year."""

    month: int
    day: int


class Span(NamedTuple):
    """Minutes of a day, 0 ≤ start < 1440; an end beyond 1440 is on the next day."""

    start: int
    end: int


class Season(NamedTuple):
    """From a day to a day, both within; the last before the first wraps the year."""

    first: MonthDay
    last: MonthDay

    def holds(self, day: MonthDay) -> bool:
        """Whether a day is within."""
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


@dataclass(frozen=True, slots=True)
class Rule:
    """``weekdays`` (0 is Monday) and, with ``holidays``, public holidays; no ``spans`` is off.

    ``adds`` is a rule after a comma: it adds to what the rules before it say.
    """

    weekdays: frozenset[int]
    spans: tuple[Span, ...]
    holidays: bool = False
    seasons: tuple[Season, ...] = ()
    adds: bool = False

    def in_season(self, day: MonthDay) -> bool:
        """Whether the rule speaks of a day of the year."""
        return not self.seasons or any(season.holds(day) for season in self.seasons)


@lru_cache(maxsize=1 << 14)
def parse(spec: str) -> tuple[Rule, ...]:
    """The rules of a specification. Raises :class:`SpecError`."""
    text = spec.strip()
    if text == ALWAYS:
        return (Rule(EVERY_DAY, (Span(0, DAY_MIN),)),)
    rules: list[Rule] = []
    at, adds = 0, False
    while True:
        found = _RULE.match(text, at)
        if not found:
            raise SpecError(text)
        rules.append(_rule(found, adds=adds))
        if found.end() == len(text):
            return tuple(rules)
        separator = _SEPARATOR.match(text, found.end())
        if not separator or separator.end() == len(text):
            raise SpecError(text)
        at, adds = separator.end(), separator[1] == ","


def write(rules: Iterable[Rule]) -> str:
    """Rules as a normalised specification."""
    rules = tuple(rules)
    if rules == (Rule(EVERY_DAY, (Span(0, DAY_MIN),)),):
        return ALWAYS
    text = ""
    for rule in rules:
        text += (", " if rule.adds else "; ") if text else ""
        text += _written(rule)
    return text


def are_of_workdays(rules: Iterable[Rule]) -> bool:
    """Whether rules of weekdays make up Monday to Friday, in one or as 周一至周四, 周五."""
    told = [rule.weekdays for rule in rules if rule.spans and rule.weekdays <= WORKDAYS]
    return frozenset[int]().union(*told) == WORKDAYS


def minutes(hour: int, minute: int) -> int:
    """Minutes of the day, up to 24:00. Raises :class:`SpecError` for what no clock shows."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise SpecError(f"{hour}:{minute:02d}")
    return 60 * hour + minute


def span(start: int, end: int) -> Span:
    """From a minute to a minute; an end not after the start is on the next day.

    Raises :class:`SpecError` for an empty one.
    """
    if start >= DAY_MIN or start == end:
        raise SpecError("empty")
    return Span(start, end if end > start else end + DAY_MIN)


def require_apart(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans in order. Raises :class:`SpecError` where two overlap."""
    ordered = tuple(sorted(spans))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise SpecError("overlap")
    return ordered


def _rule(found: re.Match[str], *, adds: bool) -> Rule:
    days = [part.strip() for part in found["days"].split(",")] if found["days"] else []
    weekdays = frozenset(day for part in days if part != "PH" for day in _weekdays(part))
    return Rule(
        weekdays=weekdays if days else EVERY_DAY,
        spans=_spans(found["times"]),
        holidays="PH" in days,
        seasons=tuple(_season(item) for item in (found["season"] or "").split(",") if item),
        adds=adds,
    )


def _weekdays(item: str) -> list[int]:
    first, _, last = item.partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _spans(text: str) -> tuple[Span, ...]:
    if text in {OFF, "closed"}:
        return ()
    if text == ALWAYS:
        return (Span(0, DAY_MIN),)
    spans = []
    for item in text.split(","):
        start, end = (minutes(*map(int, clock.split(":"))) for clock in item.strip().split("-"))
        spans.append(span(start, end))
    return require_apart(tuple(spans))


def _season(item: str) -> Season:
    first, _, last = item.partition("-")
    start, end = _month_day(first, of_end=False), _month_day(last or first, of_end=True)
    return Season(start, end)


def _month_day(text: str, *, of_end: bool) -> MonthDay:
    name, _, day = text.partition(" ")
    month = MONTHS.index(name) + 1
    return month_day(month, int(day) if day else _LAST_DAY[month - 1] if of_end else 1)


def month_day(month: int, day: int) -> MonthDay:
    """A day of a year. Raises :class:`SpecError` for one that no year has."""
    if not (1 <= month <= 12 and 1 <= day <= _LAST_DAY[month - 1]):
        raise SpecError(f"{month}-{day}")
    return MonthDay(month, day)


def _written(rule: Rule) -> str:
    parts = [",".join(map(_season_text, rule.seasons))] if rule.seasons else []
    days = _days_text(rule)
    if days:
        parts.append(days)
    parts.append(",".join(map(_span_text, rule.spans)) or OFF)
    return " ".join(parts)


def _days_text(rule: Rule) -> str:
    if rule.weekdays == EVERY_DAY and not rule.spans and not rule.holidays:
        return ""
    runs: list[list[int]] = []
    for day in sorted(rule.weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [
        WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
        for run in runs
    ]
    return ",".join([*names, *(["PH"] if rule.holidays else [])])


def _season_text(season: Season) -> str:
    first, last = (f"{MONTHS[each.month - 1]} {each.day:02d}" for each in season)
    return f"{first}-{last}"


def _span_text(each: Span) -> str:
    end = each.end if each.end <= DAY_MIN else each.end - DAY_MIN
    return f"{_clock(each.start)}-{_clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
