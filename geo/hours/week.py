"""Hours as tables without rules: what begins on each weekday of each kind of day, by season.

For whoever evaluates hours without this package, such as the courier's page on a phone: what
the rules mean on holidays, make-up workdays and in a year that is not published is settled here
once, and a table is only looked up.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple, get_args

from geo.hours.evaluate import spans_on
from geo.hours.spec import MonthDay, Rule, Span, parse

# ``normal`` is a workday from Monday to Friday, a weekend otherwise.
Kind = Literal["normal", "holiday", "makeup", "unpublished"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_WEEKDAYS: Final = 7
_FIRST_DAY: Final = MonthDay(1, 1)
# A leap year: what follows 28 February may be the 29th.
_LEAP_YEAR: Final = 2000


class Week(NamedTuple):
    """What holds from a day of the year until the next :class:`Week` begins.

    ``days`` has four times seven entries, those of :data:`KINDS` one after the other and each
    from Monday on: the spans that begin on such a day, ``None`` if that cannot be known.
    """

    first: MonthDay
    days: tuple[tuple[Span, ...] | None, ...]


@lru_cache(maxsize=1 << 14)
def weeks(spec: str) -> tuple[Week, ...]:
    """A specification as tables, in the order of the year; the first holds from 1 January."""
    found: list[Week] = []
    for first in _season_starts(parse(spec)):
        days = tuple(
            spans_on(spec, first, weekday, None if kind == "unpublished" else _type(kind, weekday))
            for kind in KINDS
            for weekday in range(_WEEKDAYS)
        )
        if not found or found[-1].days != days:
            found.append(Week(first, days))
    return tuple(found)


def _type(kind: Kind, weekday: int) -> Literal["workday", "weekend", "holiday", "makeup"]:
    if kind == "normal":
        return "weekend" if weekday >= 5 else "workday"
    return "makeup" if kind == "makeup" else "holiday"


def _season_starts(rules: Iterable[Rule]) -> list[MonthDay]:
    """The days on which a season begins, or on which another has ended."""
    starts = {_FIRST_DAY}
    for rule in rules:
        for season in rule.seasons:
            starts |= {season.first, _day_after(season.last)}
    return sorted(starts)


def _day_after(day: MonthDay) -> MonthDay:
    following = date(_LEAP_YEAR, *day) + timedelta(days=1)
    return MonthDay(following.month, following.day)
