"""The words of opening hours: a text cut into tokens, and what each token means."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from geo.hours.spec import (
    DAY_MIN,
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    MonthDay,
    Season,
    Span,
    SpecError,
    minutes,
    month_day,
    span,
)

# Without 次日, an end before the start is a night if it begins so late and is no longer than
# this; or if it ends within the first hour of the day, which no day does.
_NIGHT_FROM_MIN, _NIGHT_LONGEST_MIN, _HOUR_MIN = 16 * 60, 12 * 60, 60
_DAY_NUMBER: Final = {
    **dict(zip("一二三四五六日", range(7), strict=True)),
    **dict(zip("1234567", range(7), strict=True)),
    "天": 6,
}
_WEEK = "(?:周|星期|礼拜)"
_DIGIT = r"(?:[一二三四五六日天]|[1-7](?![\d:.点时]))"
# A clock with the part of the day before it; {0} tells the start from the end of a range.
_CLOCK = (
    r"(?P<{0}part>上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|晚间|夜间|早|晚)?"
    r"(?P<{0}next>次日|翌日|第二天|隔天)?(?P<{0}part2>凌晨|早上|上午)?"
    r"(?P<{0}h>\d{{1,2}})"
    r"(?:[:.](?P<{0}m>\d{{2}})(?::00)?|[点时](?:(?P<{0}m2>\d{{1,2}})分?|(?P<{0}half>半)|整)?)"
)


def _pattern() -> re.Pattern[str]:
    words = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    clocks = f"{_CLOCK.format('a')}-{_CLOCK.format('b')}"
    named = []
    for name, pattern in words.items():
        for placeholder, text in (("{week}", _WEEK), ("{digit}", _DIGIT), ("{range}", clocks)):
            pattern = pattern.replace(placeholder, text)  # noqa: PLW2901
        named.append(f"(?P<{name}>{pattern})")
    return re.compile("|".join(named), re.ASCII)


_TOKENS: Final = _pattern()
_UNKNOWN_TOKENS: Final = {
    "response": "response",
    "gone": "gone",
    "paused": "paused",
    "on_site": "on_site",
    "elsewhere": "elsewhere",
    "floors": "floors",
    "season_word": "season",
}
_SILENT: Final = frozenset(
    {
        "no_break",
        "time_word",
        "and",
        "also",
        "space",
        "mark",
    }
)


class UnreadError(Exception):
    """The text is not understood, or says nothing certain; the argument is a key of reasons."""


_DASHES = re.compile(r" *(?:[-‐‑‒–—―−ー~～〜─]+|至|到) *")


def plain(text: str) -> str:
    """One width, one dash, one kind of colon and bracket."""
    text = "".join(map(_narrow, text))
    for old, new in _SAME:
        text = text.replace(old, new)
    return _DASHES.sub("-", text).strip(" ,;")


# "·" and the like stay what they are: they are in no word, so the text is not understood.
_SAME: Final = (
    ("∶", ":"), ("【", "("), ("】", ")"), ("。", ","), ("\t", " "), ("\xa0", " "), ("\r", "\n"),
)  # fmt: skip


def _narrow(letter: str) -> str:
    """Full-width forms become plain ones; ① or ² are no digits of a time."""
    wide = unicodedata.decomposition(letter).startswith(("<wide>", "<narrow>", "<small>"))
    return unicodedata.normalize("NFKC", letter) if wide else letter


def tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The tokens that say something, by name. Raises :class:`UnreadError`."""
    at = 0
    while at < len(text):
        found = _TOKENS.match(text, at)
        if not found:
            raise UnreadError("words")
        name = next(n for n in _NAMES if found.group(n) is not None)
        if name in _UNKNOWN_TOKENS:
            raise UnreadError(_UNKNOWN_TOKENS[name])
        if name not in _SILENT:
            yield name, found
        at = found.end()


NAMING: Final = frozenset({"days", "weekend"})
_INNER_GROUPS: Final = re.compile(r"[ab](?:part2?|next|h|m2?|half)|[se][md]|l[12][hm]")
_NAMES: Final = tuple(n for n in _TOKENS.groupindex if not _INNER_GROUPS.fullmatch(n))


def _hours_of(*hours: int, **ranges: range) -> dict[int, int]:
    """The hour of the day by the hour that is written, 8 or 20 in the evening alike."""
    late = {hour: hour + 12 for hour in ranges.get("late", ())}
    return dict(zip(hours, hours, strict=True)) | late


_MORNING: Final = _hours_of(*range(4, 12))
_EVENING: Final = _hours_of(*range(17, 24), late=range(5, 13))
# What a part of the day can be said of; 晚上12点 is midnight, 晚上2点 is not said.
_PARTS: Final = {
    "凌晨": _hours_of(*range(7)),
    **dict.fromkeys(("清晨", "早晨", "早上", "早"), _MORNING),
    "上午": _MORNING | {12: 12},
    "中午": _hours_of(11, 12, 13, 14, late=range(1, 3)),
    "下午": _hours_of(*range(12, 24), late=range(1, 12)),
    "傍晚": _hours_of(*range(16, 21), late=range(4, 9)),
    **dict.fromkeys(("晚上", "晚间", "夜间", "晚"), _EVENING),
}


class _Clock(NamedTuple):
    """One end of a range, as written."""

    part: str
    hour: int
    minute: int
    bare: bool

    def at(self, said_before: str = "") -> int:
        """The minute of the day; 下午2:00-5:00: what is said once may hold for both ends."""
        hours = _PARTS.get(self.part or said_before, {})
        if self.part and self.hour not in hours:
            raise UnreadError("times")
        return minutes(hours.get(self.hour, self.hour), self.minute)


def _clock(token: re.Match[str], side: str) -> _Clock:
    part = token[f"{side}part"] or token[f"{side}part2"] or ""
    minute = 30 if token[f"{side}half"] else int(token[f"{side}m"] or token[f"{side}m2"] or 0)
    hour = token[f"{side}h"]
    return _Clock(part, int(hour), minute, bare=len(hour) == 1)


def span_of(token: re.Match[str]) -> Span:
    """The span of a ``range``. Raises :class:`UnreadError` where it could mean two things."""
    first, last = _clock(token, "a"), _clock(token, "b")
    if token["anext"] or _may_be_dates(token[0], first, last) or _may_be_afternoon(first, last):
        raise UnreadError("times")
    start = first.at()
    if token["bnext"]:
        end = last.at()
        if end > start:
            raise UnreadError("times")
        return span(start, end)
    end = last.at(first.part if first.hour <= 12 else "") or DAY_MIN
    if end < start and not _is_night(start, end):
        raise UnreadError("times")
    return span(start, end)


def last_entry_of(token: re.Match[str]) -> int:
    """The minute of a ``last_entry``."""
    return minutes(int(token["l1h"] or token["l2h"]), int(token["l1m"] or token["l2m"]))


def _is_night(start: int, end: int) -> bool:
    length = end + DAY_MIN - start
    return end < _HOUR_MIN or (start >= _NIGHT_FROM_MIN and length <= _NIGHT_LONGEST_MIN)


def _may_be_afternoon(first: _Clock, last: _Clock) -> bool:
    """2:00-5:00 without a word may be after noon; 05:00-09:00 and 5:00-17:30 are not."""
    if first.part or not 1 <= first.hour <= (5 if first.bare else 3):
        return False
    return bool(last.part) or first.hour < 4 or last.hour < 12


def _may_be_dates(text: str, first: _Clock, last: _Clock) -> bool:
    """8.30-11.30 may be days of the year; 8.30-17.30 is not."""
    if text.count(".") < 2:
        return False
    try:
        month_day(first.hour, first.minute)
        month_day(last.hour, last.minute)
    except SpecError:
        return False
    return True


def season_of(token: re.Match[str]) -> Season:
    """The season of a ``season``; a month without a day is meant whole, as February to its 28."""
    first = month_day(int(token["sm"]), int(token["sd"] or 1))
    month = int(token["em"])
    last = month_day(month, int(token["ed"]) if token["ed"] else _last_of(month))
    return Season(first, _LEAP_DAY if last == _LEAP_DAY._replace(day=28) else last)


_LEAP_DAY: Final = MonthDay(2, 29)


def _last_of(month: int) -> int:
    for day in (31, 30, 29):
        try:
            month_day(month, day)
        except SpecError:
            continue
        return day
    raise SpecError(str(month))


def weekdays_of(name: str, text: str) -> frozenset[int]:
    """The weekdays (0 is Monday) of a token that names days."""
    match name:
        case "workdays":
            return WORKDAYS
        case "everyday" | "every_date":
            return EVERY_DAY
        case "weekend":
            return WEEKEND
    body = re.sub("每|周|星期|礼拜", "", text)
    found: set[int] = set()
    for item in re.findall(
        r"[一二三四五六日天1-7]-[一二三四五六日天1-7]|[一二三四五六日天1-7]", body
    ):
        first, _, last = item.partition("-")
        start, end = _DAY_NUMBER[first], _DAY_NUMBER[last or first]
        if end < start:
            raise UnreadError("rules")
        found.update(range(start, end + 1))
    return frozenset(found)
