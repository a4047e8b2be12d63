"""The words of opening hours: a text cut into tokens, and what each token means."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geo.hours.spec import (
    DAY_MIN,
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    Season,
    Span,
    SpecError,
    minutes,
    month_day,
    span,
)

# Without 次日, an end before the start is a night only from such an hour to such an hour.
_NIGHT_FROM_MIN, _NIGHT_TO_MIN = 16 * 60, 12 * 60
_DAY_NUMBER: Final = {
    **dict(zip("一二三四五六日", range(7), strict=True)),
    **dict(zip("1234567", range(7), strict=True)),
    "天": 6,
    "末": 5,
}
_WEEK = "(?:周|星期|礼拜)"
_DIGIT = "[一二三四五六日天1-6]"
# A clock with the part of the day before it; {0} tells the start from the end of a range.
_CLOCK = (
    r"(?P<{0}part>上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|晚间|夜间|早|晚)?"
    r"(?P<{0}next>次日|翌日|第二天|隔天)?(?P<{0}part2>凌晨|早上|上午)?"
    r"(?P<{0}h>\d{{1,2}})(?:[:.](?P<{0}m>\d{{2}})|[点时](?:(?P<{0}m2>\d{{1,2}})分?|(?P<{0}half>半)|整)?)"
)


def _pattern() -> re.Pattern[str]:
    words = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    clocks = f"{_CLOCK.format('a')}-{_CLOCK.format('b')}"
    named = []
    for name, pattern in words.items():
        for placeholder, text in (("{week}", _WEEK), ("{digit}", _DIGIT), ("{range}", clocks)):
            pattern = pattern.replace(placeholder, text)  # noqa: PLW2901
        named.append(f"(?P<{name}>{pattern})")
    return re.compile("|".join(named))


_TOKENS: Final = _pattern()
_UNKNOWN_TOKENS: Final = {
    "response": "response",
    "on_site": "on_site",
    "elsewhere": "elsewhere",
    "floors": "floors",
    "season_word": "season",
}
_SILENT: Final = frozenset(
    {
        "last_entry",
        "last_entry_named",
        "no_break",
        "open",
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
    text = unicodedata.normalize("NFKC", text.replace("～", "~").replace("：", ":"))
    for old, new in (("，", ","), ("；", ";"), ("【", "("), ("】", ")"), ("。", ","), ("\t", " ")):
        text = text.replace(old, new)
    return _DASHES.sub("-", text).replace("\r", "\n").strip(" ,;")


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
_CLOCK_GROUPS: Final = re.compile(r"[ab](?:part2?|next|h|m2?|half)|[se][md]")
_NAMES: Final = tuple(n for n in _TOKENS.groupindex if not _CLOCK_GROUPS.fullmatch(n))


def span_of(token: re.Match[str]) -> Span:
    """The span of a ``range``. Raises :class:`UnreadError` where it could mean two things."""
    start, start_late = _minute(token, "a", inherited="")
    end, _ = _minute(token, "b", inherited=start_late)
    if token["anext"]:
        raise UnreadError("times")
    if token["bnext"]:
        if end > start:
            raise UnreadError("times")
        return span(start, end)
    if end == 0:
        end = DAY_MIN
    if end < start and not (start >= _NIGHT_FROM_MIN and end <= _NIGHT_TO_MIN):
        raise UnreadError("times")
    return span(start, end)


_LATE: Final = frozenset({"下午", "傍晚", "晚上", "晚间", "夜间", "晚"})
_EARLY: Final = frozenset({"上午", "早上", "早晨", "清晨", "凌晨", "早"})
_NOON_MIN: Final = 12 * 60


def _minute(token: re.Match[str], side: str, *, inherited: str) -> tuple[int, str]:
    """The minute of a clock, and the part of the day that it names for the one after it."""
    hour = int(token[f"{side}h"])
    stated = token[f"{side}m"] or token[f"{side}m2"] or 0
    minute = 30 if token[f"{side}half"] else int(stated)
    part = token[f"{side}part"] or token[f"{side}part2"] or ""
    if part in _EARLY and hour > 12:
        raise UnreadError("times")
    if part in _EARLY and hour == 12 and part != "上午":
        raise UnreadError("times")
    # 下午2:00-5:00: what is said once holds for both ends.
    late = part in _LATE or (not part and inherited in _LATE)
    if late and hour < 12 and not (not part and token[f"{side}next"]):
        if part in {"晚上", "晚间", "夜间", "晚"} and hour < 5:
            raise UnreadError("times")
        hour += 12
    if part == "中午" and hour < 11:
        hour += 12
    return minutes(hour, minute), part or (inherited if late else "")


def season_of(token: re.Match[str]) -> Season:
    """The season of a ``season``; a month without a day is meant whole."""
    first = month_day(int(token["sm"]), int(token["sd"] or 1))
    month = int(token["em"])
    day = int(token["ed"]) if token["ed"] else _last_of(month)
    return Season(first, month_day(month, day))


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
        case "everyday":
            return EVERY_DAY
        case "weekend":
            return WEEKEND
    body = re.sub("周|星期|礼拜", "", text)
    found: set[int] = set()
    for item in re.findall(
        r"[一二三四五六日天末1-7]-[一二三四五六日天1-7]|[一二三四五六日天1-7]", body
    ):
        first, _, last = item.partition("-")
        start, end = _DAY_NUMBER[first], _DAY_NUMBER[last or first]
        if end < start:
            raise UnreadError("rules")
        found.update(range(start, end + 1))
    return frozenset(found)
