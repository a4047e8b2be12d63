"""The tokens of a text of opening hours → rules, or unknown.

A text is taken as parts, each of days and what holds on them. Whatever could mean two things
is not read: days that nothing is said of, two times for one day, an exception to an exception.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from geo.hours.spec import (
    DAY_MIN,
    EVERY_DAY,
    WEEKEND,
    MonthDay,
    Rule,
    Season,
    Span,
    require_apart,
)
from geo.hours.words import (
    NAMING,
    UnreadError,
    last_entry_of,
    season_of,
    span_of,
    tokens,
    weekdays_of,
)

_ALL_DAY: Final = Span(0, DAY_MIN)
# A text of every day that closes more days than these is rather one that is cut up wrongly.
_CLOSED_AT_MOST: Final = 2


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of a text in plain characters. Raises :class:`UnreadError`, ``SpecError``."""
    reader = _Reader()
    for name, token in tokens(text):
        reader.take(name, token)
    return reader.finished()


@dataclass(slots=True)
class _Part:
    """A rule in the making."""

    weekdays: frozenset[int] = frozenset()
    # Of these, the ones named one by one or as the weekend, not by 每天 or 工作日.
    named: frozenset[int] = frozenset()
    public: bool = False
    # 节假日, which may or may not have weekends in it.
    vague: bool = False
    spans: list[Span] = field(default_factory=list)
    off: bool = False
    # 周末开放: something was said of its days already.
    opened: bool = False
    # 含周末, 周末照常开放: the days are among those of before.
    included: bool = False
    # 全天, which may be no more than a working day.
    all_day: bool = False
    seasons: list[Season] = field(default_factory=list)

    @property
    def says_days(self) -> bool:
        return bool(self.weekdays) or self.public

    @property
    def says_when(self) -> bool:
        return bool(self.spans) or self.off

    @property
    def is_every_day(self) -> bool:
        return not self.says_days or self.weekdays == EVERY_DAY


class _Reader:
    """Turns the tokens of one text into rules."""

    def __init__(self) -> None:
        self._parts: list[_Part] = [_Part()]

    def take(self, name: str, token: re.Match[str]) -> None:
        """The next token."""
        match name:
            case "range":
                self._add_span(span_of(token))
            case "always" | "all_day":
                self._parts[-1].all_day |= name == "all_day" and not self._parts[-1].spans
                self._add_span(_ALL_DAY)
            case "last_entry":
                self._last_entry(last_entry_of(token))
            case "season":
                self._season(season_of(token))
            case "open" | "also_open":
                self._open(also=name == "also_open")
            case "off" | "except" | "except_public" | "include":
                {
                    "off": self._close,
                    "except": self._except,
                    "except_public": self._except_public,
                    "include": self._include,
                }[name]()
            case _:
                self._add_days(name, token[0])

    def _begun(self) -> _Part:
        """The part that days belong to: a new one after times or 闭馆, in the same season."""
        part = self._parts[-1]
        if part.says_when:
            part = _Part(seasons=list(part.seasons))
            self._parts.append(part)
        return part

    def _add_days(self, name: str, text: str) -> None:
        part = self._begun()
        if part.opened:
            # 周六周日开放，周一至周五 9:00-17:00: from when on Saturday?
            raise UnreadError("not_given")
        if name in {"public", "holidays", "every_date"}:
            part.public, part.vague = True, part.vague or name == "holidays"
        if name in {"public", "holidays"}:
            return
        days = weekdays_of(name, text)
        if part.weekdays and EVERY_DAY in {days, part.weekdays} and days != part.weekdays:
            raise UnreadError("rules")
        part.weekdays |= days
        part.named |= days if name in NAMING else frozenset()

    def _open(self, *, also: bool) -> None:
        part = self._parts[-1]
        if part.says_days:
            part.opened, part.included = True, part.included or also

    def _include(self) -> None:
        part = self._parts[-1]
        if not part.spans:
            raise UnreadError("not_given")
        self._parts.append(_Part(seasons=list(part.seasons), included=True))

    def _season(self, season: Season) -> None:
        if self._parts[-1].says_when:
            self._parts.append(_Part())
        self._parts[-1].seasons.append(season)

    def _add_span(self, each: Span) -> None:
        part = self._parts[-1]
        if part.off:
            part = _Part(seasons=list(part.seasons))
            self._parts.append(part)
        if part.spans == [each] == [_ALL_DAY]:
            return
        if part.spans and each.start < part.spans[-1].end:
            # In no order, or over each other: 8:30-11:30, 6:00-9:00 may be an evening.
            raise UnreadError("times")
        part.spans.append(each)

    def _last_entry(self, minute: int) -> None:
        """A remark that changes nothing, if it fits the hours before it."""
        spans = self._parts[-1].spans
        if not (spans and spans[-1].start < minute <= spans[-1].end):
            raise UnreadError("rules")

    def _close(self) -> None:
        part = self._parts[-1]
        if part.says_when or not part.says_days:
            raise UnreadError("rules" if part.says_when else "not_given")
        mixed = len(self._parts) == 1 and part.weekdays and part.public
        if part.opened or part.included or mixed:
            raise UnreadError("rules")
        part.off = True

    def _except(self) -> None:
        """除外: closed then. After days that are closed it could mean either."""
        *before, part = self._parts
        if part.says_when or not part.says_days or part.opened or part.included:
            raise UnreadError("rules")
        if before[-1].off if before else part.weekdays:
            raise UnreadError("rules")
        part.off = True

    def _except_public(self) -> None:
        """（法定节假日除外）: closed then; right behind days that are closed, open then."""
        part = self._parts[-1]
        if part.spans:
            self._parts.append(_Part(seasons=list(part.seasons), public=True, off=True))
            return
        with_spans = [each for each in self._parts if each.spans]
        if not part.off or len(with_spans) != 1:
            raise UnreadError("rules")
        (hours,) = with_spans
        if hours.says_days and not hours.weekdays >= WEEKEND:
            raise UnreadError("holidays")
        hours.weekdays, hours.public = hours.weekdays or EVERY_DAY, True

    def finished(self) -> tuple[Rule, ...]:
        """The rules of all that was taken."""
        if len(self._parts) > 1 and not self._parts[-1].says_when:
            self._settle_days_behind()
        parts = self._parts
        if not any(part.spans for part in parts) or not all(part.says_when for part in parts):
            raise UnreadError("not_given")
        if any(part.all_day for part in parts) and not (len(parts) == 1 and parts[0].is_every_day):
            raise UnreadError("times")
        _take_away(parts)
        _require_clear_holidays(parts)
        rules = [_rule(part) for part in parts]
        _require_consistent(rules)
        # What takes days away comes last, since the last rule of a day counts.
        return tuple(sorted(rules, key=lambda rule: not rule.spans))

    def _settle_days_behind(self) -> None:
        """Days after the times they are of: 9:00-17:00（周一至周五）; or 每天…（含节假日）."""
        last = self._parts.pop()
        part = self._parts[-1]
        if last.included:
            if len(self._parts) > 1 or not part.is_every_day or not last.says_days:
                raise UnreadError("holidays" if last.public else "not_given")
            part.weekdays, part.public = EVERY_DAY, part.public or last.public
        elif len(self._parts) > 1 or part.says_days or last.opened or last.seasons != part.seasons:
            raise UnreadError("not_given")
        else:
            part.weekdays, part.named = last.weekdays, last.named
            part.public, part.vague = last.public, last.vague


def _take_away(parts: Sequence[_Part]) -> None:
    """每天…，周一闭馆 is Tuesday to Sunday: so it is also told what it means on special days."""
    closed = frozenset[int]().union(*(part.weekdays for part in parts if part.off))
    for part in parts:
        if not part.spans or not closed & (part.weekdays or EVERY_DAY):
            continue
        if part.public and not part.weekdays:
            continue
        if not part.is_every_day or len(closed) > _CLOSED_AT_MOST:
            raise UnreadError("rules")
        part.weekdays = EVERY_DAY - closed


def _rule(part: _Part) -> Rule:
    spans = require_apart(tuple(part.spans))
    always = part.weekdays == EVERY_DAY and spans == (_ALL_DAY,) and not part.seasons
    return Rule(
        weekdays=part.weekdays if part.says_days else EVERY_DAY,
        spans=spans,
        # 24小时，全年无休 is no more than 24/7.
        holidays=part.public and not always,
        seasons=tuple(part.seasons),
    )


def _require_clear_holidays(parts: list[_Part]) -> None:
    """Raise where it matters whether 节假日 has weekends in it, and the text does not say so."""
    vague = [part for part in parts if part.vague and not part.weekdays >= WEEKEND]
    others = [part for part in parts if not part.vague and part.spans]
    if not vague:
        return
    weekend_named = frozenset[int]().union(*(part.named for part in others)) >= WEEKEND
    weekend_open = any(not part.says_days or part.weekdays & WEEKEND for part in others)
    closes = all(part.off for part in vague)
    six_days = any(part.named & WEEKEND for part in others)
    if not (weekend_named or (closes and (six_days or not weekend_open))):
        raise UnreadError("holidays")


def _require_consistent(rules: list[Rule]) -> None:
    """Raise where two rules give one day different times, or a closing is of one season only."""
    for nth, rule in enumerate(rules):
        for other in rules[:nth]:
            same_days = bool(rule.weekdays & other.weekdays) or (rule.holidays and other.holidays)
            if same_days and rule.spans and other.spans and _seasons_meet(rule, other):
                raise UnreadError("rules")
    seasons = {rule.seasons for rule in rules if rule.spans}
    closed = {rule.seasons for rule in rules if not rule.spans} - {()}
    if len(seasons) > 1 and (() in seasons or closed):
        raise UnreadError("season")
    if any(_ALL_DAY in rule.spans and len(rule.spans) > 1 for rule in rules):
        raise UnreadError("rules")


def _seasons_meet(first: Rule, second: Rule) -> bool:
    days = [MonthDay(m, d) for m in range(1, 13) for d in range(1, 32)]
    return any(first.in_season(day) and second.in_season(day) for day in days)
