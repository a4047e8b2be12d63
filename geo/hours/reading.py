"""Opening hours as people write them → a specification, or unknown with the reason.

Never read wrongly: the whole text must be understood, word for word, or it is unknown. The
words are a table, :data:`_TOKENS`; each text is cut into tokens, the tokens into rules.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from geo.hours.spec import (
    ALWAYS,
    DAY_MIN,
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    MonthDay,
    Rule,
    Season,
    Span,
    SpecError,
    minutes,
    month_day,
    parse,
    require_apart,
    span,
    write,
)
from geo.text import Text

_LONGEST: Final = 300
# Without 次日, an end before the start is a night only from such an hour to such an hour.
_NIGHT_FROM_MIN, _NIGHT_TO_MIN = 16 * 60, 12 * 60


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Hours that were read: ``spec`` is a normalised OSM ``opening_hours`` specification."""

    spec: str


class Reading(NamedTuple):
    """What a text says: ``hours``, or ``None`` with the ``reason``.

    ``assumption`` is what was taken for granted of special days, where the text does not
    speak of holidays.
    """

    hours: OpeningHours | None
    reason: Text | None
    assumption: Text | None


class _UnreadError(Exception):
    """The text is not understood, or says nothing certain; the argument is a key of reasons."""


_REASONS: Final = {
    "empty": Text("没有写开放时间", "no hours are written"),
    "not_given": Text("没有写明具体时间", "it does not say from when to when"),
    "on_site": Text("以现场公告为准", "it refers to a notice on site"),
    "elsewhere": Text("与另一处的开放时间一致，未写明", "it refers to the hours of something else"),
    "response": Text("“响应”是服务响应时间，不是开放时间", "a time of response, not of opening"),
    "season": Text("分季节但没有写明起止日期", "seasons without dates"),
    "floors": Text("各楼层或区域时间不同", "hours differ by floor or part"),
    "holidays": Text(
        "“节假日”是否包括周末，没有写明", "it does not say whether 节假日 has weekends in it"
    ),
    "times": Text("时间不成立或含义不明", "times that cannot be, or could mean two things"),
    "rules": Text("前后矛盾", "it contradicts itself"),
    "sun": Text("以日出日落为准，随日期变化", "it goes by sunrise and sunset"),
    "gone": Text("写明已永久关闭", "it says closed for good"),
    "words": Text("有读不懂的文字", "it has words that are not understood"),
}

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
_SPEC_REMARKS: Final = (
    (re.compile(r"permanently closed", re.IGNORECASE), "gone"),
    (re.compile(r"sunrise|sunset|dawn|dusk"), "sun"),
)


@lru_cache(maxsize=1 << 16)
def read_hours(text: str) -> Reading:
    """Read hours as written in Chinese, or as an OSM specification."""
    try:
        rules = _rules(text)
    except _UnreadError as error:
        return Reading(None, _REASONS[str(error)], None)
    except SpecError:
        return Reading(None, _REASONS["times"], None)
    return Reading(OpeningHours(write(rules)), None, _assumption(rules))


def _rules(text: str) -> tuple[Rule, ...]:
    text = text.strip()
    if not text:
        raise _UnreadError("empty")
    if len(text) > _LONGEST:
        raise _UnreadError("words")
    for remark, reason in _SPEC_REMARKS:
        if remark.search(text):
            raise _UnreadError(reason)
    if _LETTERS.search(text) or text == ALWAYS:
        try:
            return parse(text)
        except SpecError:
            pass  # letters also stand in Chinese texts: 24h, 7x24
    return _Reader().read(_plain(text))


# A specification names days or months; times alone are read as people mean them.
_LETTERS = re.compile("[A-Za-z]{2}")
_DASHES = re.compile(r" *(?:[-‐‑‒–—―−ー~～〜─]+|至|到) *")


def _plain(text: str) -> str:
    """One width, one dash, one kind of colon and bracket."""
    text = unicodedata.normalize("NFKC", text.replace("～", "~").replace("：", ":"))
    for old, new in (("，", ","), ("；", ";"), ("【", "("), ("】", ")"), ("。", ","), ("\t", " ")):
        text = text.replace(old, new)
    return _DASHES.sub("-", text).replace("\r", "\n").strip(" ,;")


@dataclass(slots=True)
class _Part:
    """A rule in the making."""

    weekdays: set[int] = field(default_factory=set)
    # Of these, the ones named one by one or as the weekend, not by 每天 or 工作日.
    named: set[int] = field(default_factory=set)
    public: bool = False
    # 节假日, which may or may not have weekends in it.
    vague: bool = False
    spans: list[Span] = field(default_factory=list)
    off: bool = False
    seasons: list[Season] = field(default_factory=list)

    @property
    def says_days(self) -> bool:
        return bool(self.weekdays) or self.public

    @property
    def says_when(self) -> bool:
        return bool(self.spans) or self.off


class _Reader:
    """Turns the tokens of one text into rules."""

    def __init__(self) -> None:
        self._parts: list[_Part] = [_Part()]

    def read(self, text: str) -> tuple[Rule, ...]:
        for name, token in _tokens(text):
            self._take(name, token)
        return self._finished()

    def _take(self, name: str, token: re.Match[str]) -> None:
        match name:
            case "range":
                self._add_span(_span_of(token))
            case "always":
                self._add_span(Span(0, DAY_MIN))
            case "off":
                self._close()
            case "season":
                self._season(_season_of(token))
            case "public" | "holidays":
                part = self._begun()
                part.public, part.vague = True, name == "holidays"
            case _:
                part = self._begun()
                part.weekdays |= _weekdays_of(name, token[0])
                part.named |= _weekdays_of(name, token[0]) if name in _NAMING else set()

    def _begun(self) -> _Part:
        """The part that days belong to: a new one after times or 闭馆, in the same season."""
        part = self._parts[-1]
        if part.says_when:
            part = _Part(seasons=list(part.seasons))
            self._parts.append(part)
        return part

    def _season(self, season: Season) -> None:
        if self._parts[-1].says_when:
            self._parts.append(_Part())
        self._parts[-1].seasons.append(season)

    def _add_span(self, each: Span) -> None:
        part = self._parts[-1]
        if part.off:
            part = _Part(seasons=list(part.seasons))
            self._parts.append(part)
        part.spans.append(each)

    def _close(self) -> None:
        part = self._parts[-1]
        if part.spans or not part.says_days:
            raise _UnreadError("rules" if part.spans else "not_given")
        part.off = True

    def _finished(self) -> tuple[Rule, ...]:
        parts = self._parts
        if len(parts) > 1 and not parts[-1].says_when:
            parts = self._with_days_behind()
        if not any(part.spans for part in parts):
            raise _UnreadError("not_given")
        if not all(part.says_when for part in parts):
            raise _UnreadError("not_given")
        _require_clear_holidays(parts)
        rules = [_rule(part) for part in parts]
        _require_consistent(rules)
        return tuple(_ordered(rules))

    def _with_days_behind(self) -> list[_Part]:
        """Days after the times they are of: 9:00-17:00（周一至周五）."""
        *before, last = self._parts
        if len(before) != 1 or before[0].says_days or last.seasons:
            raise _UnreadError("not_given")
        before[0].weekdays, before[0].public = last.weekdays, last.public
        return before


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    at = 0
    while at < len(text):
        found = _TOKENS.match(text, at)
        if not found:
            raise _UnreadError("words")
        name = next(n for n in _NAMES if found.group(n) is not None)
        if name in _UNKNOWN_TOKENS:
            raise _UnreadError(_UNKNOWN_TOKENS[name])
        if name not in _SILENT:
            yield name, found
        at = found.end()


_NAMING: Final = frozenset({"days", "weekend"})
_CLOCK_GROUPS: Final = re.compile(r"[ab](?:part2?|next|h|m2?|half)|[se][md]")
_NAMES: Final = tuple(n for n in _TOKENS.groupindex if not _CLOCK_GROUPS.fullmatch(n))


def _span_of(token: re.Match[str]) -> Span:
    start, start_late = _minute(token, "a", inherited="")
    end, _ = _minute(token, "b", inherited=start_late)
    if token["anext"]:
        raise _UnreadError("times")
    if token["bnext"]:
        if end > start:
            raise _UnreadError("times")
        return span(start, end)
    if end == 0:
        end = DAY_MIN
    if end < start and not (start >= _NIGHT_FROM_MIN and end <= _NIGHT_TO_MIN):
        raise _UnreadError("times")
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
        raise _UnreadError("times")
    if part in _EARLY and hour == 12 and part != "上午":
        raise _UnreadError("times")
    # 下午2:00-5:00: what is said once holds for both ends.
    late = part in _LATE or (not part and inherited in _LATE)
    if late and hour < 12 and not (not part and token[f"{side}next"]):
        if part in {"晚上", "晚间", "夜间", "晚"} and hour < 5:
            raise _UnreadError("times")
        hour += 12
    if part == "中午" and hour < 11:
        hour += 12
    return minutes(hour, minute), part or (inherited if late else "")


def _season_of(token: re.Match[str]) -> Season:
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


def _weekdays_of(name: str, text: str) -> frozenset[int]:
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
            raise _UnreadError("rules")
        found.update(range(start, end + 1))
    return frozenset(found)


def _rule(part: _Part) -> Rule:
    weekdays = frozenset(part.weekdays)
    if not part.says_days:
        weekdays = EVERY_DAY
    return Rule(
        weekdays=weekdays,
        spans=require_apart(tuple(part.spans)),
        holidays=part.public,
        seasons=tuple(part.seasons),
    )


def _require_clear_holidays(parts: list[_Part]) -> None:
    """Raise where it matters whether 节假日 has weekends in it, and the text does not say so."""
    vague = [part for part in parts if part.vague]
    others = [part for part in parts if not part.vague and part.spans]
    if not vague:
        return
    weekend_named = {day for part in others for day in part.named} >= WEEKEND
    weekend_open = any(not part.says_days or part.weekdays & WEEKEND for part in others)
    closes = all(part.off for part in vague)
    six_days = any(part.named & WEEKEND for part in others)
    if not (weekend_named or (closes and (six_days or not weekend_open))):
        raise _UnreadError("holidays")


def _require_consistent(rules: list[Rule]) -> None:
    """Raise where two rules give one day different times; an exception may take days away."""
    for nth, rule in enumerate(rules):
        for other in rules[:nth]:
            same_days = bool(rule.weekdays & other.weekdays) or (rule.holidays and other.holidays)
            if same_days and rule.spans and other.spans and _seasons_meet(rule, other):
                raise _UnreadError("rules")
    seasonal = [bool(rule.seasons) for rule in rules if rule.spans]
    if any(seasonal) and not all(seasonal):
        raise _UnreadError("season")
    always = [rule for rule in rules if Span(0, DAY_MIN) in rule.spans]
    if any(len(rule.spans) > 1 for rule in always):
        raise _UnreadError("rules")


def _seasons_meet(first: Rule, second: Rule) -> bool:
    days = [MonthDay(m, d) for m in range(1, 13) for d in range(1, 32)]
    return any(first.in_season(day) and second.in_season(day) for day in days)


def _ordered(rules: list[Rule]) -> list[Rule]:
    """What takes days away comes last, since the last rule of a day counts."""
    return sorted(rules, key=lambda rule: not rule.spans)


def _assumption(rules: tuple[Rule, ...]) -> Text | None:
    if any(rule.holidays for rule in rules):
        return None
    spoken = [rule for rule in rules if rule.spans]
    if not spoken:
        return None
    if any(rule.weekdays == WORKDAYS for rule in spoken):
        return Text(
            "未提节假日：工作日（周一至周五）按国务院办公厅的安排，放假不开、调休上班日开",
            "holidays are not mentioned: workdays (Monday to Friday) are taken as the State"
            " Council sets them, closed on public holidays and open on make-up workdays",
        )
    if write(rules) == ALWAYS or all(rule.weekdays == EVERY_DAY for rule in spoken):
        return Text(
            "未提节假日：按每天都如此理解", "holidays are not mentioned: taken as every day alike"
        )
    return Text(
        "未提节假日：按星期几理解；周六、周日的时间不用于调休上班日",
        "holidays are not mentioned: taken by the weekday; hours of Saturday and Sunday are not"
        " taken for make-up workdays",
    )
