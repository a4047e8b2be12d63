"""Opening hours as people write them → a specification, or unknown with the reason.

Never read wrongly: the whole text must be understood, word for word, or it is unknown. The
words are a table, :data:`_TOKENS`; each text is cut into tokens, the tokens into rules.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
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
    parse,
    require_apart,
    write,
)
from geo.hours.words import (
    NAMING,
    UnreadError,
    plain,
    season_of,
    span_of,
    tokens,
    weekdays_of,
)
from geo.text import Text

_LONGEST: Final = 300


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


# What is known of hours that no list gives, and of those in a country whose days are not known.
UNWRITTEN: Final = Reading(
    None, Text("名录没有写明开放时间", "the list gives no opening hours"), None
)
ABROAD: Final = Reading(
    None,
    Text("境外站点：不知当地时区与节假日", "abroad: its time zone and holidays are not known"),
    None,
)

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

_SPEC_REMARKS: Final = (
    (re.compile(r"permanently closed", re.IGNORECASE), "gone"),
    (re.compile(r"sunrise|sunset|dawn|dusk"), "sun"),
)


@lru_cache(maxsize=1 << 16)
def read_hours(text: str) -> Reading:
    """Read hours as written in Chinese, or as an OSM specification."""
    try:
        rules = _rules(text)
    except UnreadError as error:
        return Reading(None, _REASONS[str(error)], None)
    except SpecError:
        return Reading(None, _REASONS["times"], None)
    return Reading(OpeningHours(write(rules)), None, _assumption(rules))


def _rules(text: str) -> tuple[Rule, ...]:
    text = text.strip()
    if not text:
        raise UnreadError("empty")
    if len(text) > _LONGEST:
        raise UnreadError("words")
    for remark, reason in _SPEC_REMARKS:
        if remark.search(text):
            raise UnreadError(reason)
    if _LETTERS.search(text) or text == ALWAYS:
        try:
            return parse(text)
        except SpecError:
            pass  # letters also stand in Chinese texts: 24h, 7x24
    return _Reader().read(plain(text))


# A specification names days or months; times alone are read as people mean them.
_LETTERS = re.compile("[A-Za-z]{2}")


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
        for name, token in tokens(text):
            self._take(name, token)
        return self._finished()

    def _take(self, name: str, token: re.Match[str]) -> None:
        match name:
            case "range":
                self._add_span(span_of(token))
            case "always":
                self._add_span(Span(0, DAY_MIN))
            case "off":
                self._close()
            case "season":
                self._season(season_of(token))
            case "public" | "holidays":
                part = self._begun()
                part.public, part.vague = True, name == "holidays"
            case _:
                part = self._begun()
                part.weekdays |= weekdays_of(name, token[0])
                part.named |= weekdays_of(name, token[0]) if name in NAMING else set()

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
            raise UnreadError("rules" if part.spans else "not_given")
        part.off = True

    def _finished(self) -> tuple[Rule, ...]:
        parts = self._parts
        if len(parts) > 1 and not parts[-1].says_when:
            parts = self._with_days_behind()
        if not any(part.spans for part in parts):
            raise UnreadError("not_given")
        if not all(part.says_when for part in parts):
            raise UnreadError("not_given")
        _require_clear_holidays(parts)
        rules = [_rule(part) for part in parts]
        _require_consistent(rules)
        return tuple(_ordered(rules))

    def _with_days_behind(self) -> list[_Part]:
        """Days after the times they are of: 9:00-17:00（周一至周五）."""
        *before, last = self._parts
        if len(before) != 1 or before[0].says_days or last.seasons:
            raise UnreadError("not_given")
        before[0].weekdays, before[0].public = last.weekdays, last.public
        return before


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
        raise UnreadError("holidays")


def _require_consistent(rules: list[Rule]) -> None:
    """Raise where two rules give one day different times; an exception may take days away."""
    for nth, rule in enumerate(rules):
        for other in rules[:nth]:
            same_days = bool(rule.weekdays & other.weekdays) or (rule.holidays and other.holidays)
            if same_days and rule.spans and other.spans and _seasons_meet(rule, other):
                raise UnreadError("rules")
    seasonal = [bool(rule.seasons) for rule in rules if rule.spans]
    if any(seasonal) and not all(seasonal):
        raise UnreadError("season")
    always = [rule for rule in rules if Span(0, DAY_MIN) in rule.spans]
    if any(len(rule.spans) > 1 for rule in always):
        raise UnreadError("rules")


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
