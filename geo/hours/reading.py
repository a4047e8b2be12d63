"""Opening hours as people write them → a specification, or unknown with the reason.

Never read wrongly: the whole text must be understood, word for word, or it is unknown. The
words are a table, ``words.toml``; each text is cut into tokens, the tokens into rules.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from geo.hours.parts import read_rules
from geo.hours.spec import (
    ALWAYS,
    DAY_MIN,
    EVERY_DAY,
    Rule,
    Span,
    SpecError,
    are_of_workdays,
    parse,
    write,
)
from geo.hours.words import UnreadError, plain
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
    "paused": Text("写明暂停开放，没有写到何时", "it says closed for now, not until when"),
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
            rules = parse(text)
        except SpecError:
            pass  # letters also stand in Chinese texts: 24h, 7x24
        else:
            _require_meant(text, rules)
            return rules
    return read_rules(plain(text))


def _require_meant(text: str, rules: tuple[Rule, ...]) -> None:
    """Raise for a night that is rather an afternoon: Mo-Fr 9:00-5:00, Mo-Fr 08:30-05:30."""
    nights = [each for rule in rules for each in rule.spans if each.end > DAY_MIN]
    by_hand = _BY_HAND.search(text)
    if any(by_hand or _is_too_long(each) for each in nights):
        raise UnreadError("times")


def _is_too_long(night: Span) -> bool:
    return night.end - night.start > _NIGHT_LONGEST_MIN and night.end >= DAY_MIN + _BARS_CLOSE_MIN


_NIGHT_LONGEST_MIN: Final = 16 * 60
_BARS_CLOSE_MIN: Final = 3 * 60
_BY_HAND: Final = re.compile(r"(?<!\d)[1-9]:\d\d")
# A specification names days or months; times alone are read as people mean them.
_LETTERS = re.compile("[A-Za-z]{2}")


def _assumption(rules: tuple[Rule, ...]) -> Text | None:
    if any(rule.holidays for rule in rules):
        return None
    spoken = [rule for rule in rules if rule.spans]
    if not spoken:
        return None
    if are_of_workdays(spoken):
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
