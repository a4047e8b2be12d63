"""Hours as a cell carries them: tables to be looked up, or unknown with the reason."""

from collections.abc import Mapping
from typing import Any, Final

from geo.hours import Reading, weeks
from geo.hours.spec import Span
from geo.text import Text

# A day of which the spans are not known; other days name their spans by a digit of base 36.
_UNKNOWN: Final = "-"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def schedule(text: str, reading: Reading) -> Mapping[str, Any]:
    """A text and what it says, as members of a JSON object.

    ``weeks`` are ``[month, day, days]``: from that day of the year on, ``days`` has a character
    for each entry of :attr:`geo.hours.Week.days`, the place of its spans in ``spans``. A span is
    ``[start, end]`` in minutes of its day; an end beyond 1440 is on the next day.
    """
    if reading.hours is None:
        return {"text": text, "reason": _texts(reading.reason)}
    spans: list[tuple[Span, ...]] = []
    tables = [
        [*week.first, "".join(_digit(day, spans) for day in week.days)]
        for week in weeks(reading.hours.spec)
    ]
    return {
        "text": text,
        "weeks": tables,
        "spans": [[list(span) for span in day] for day in spans],
        "assumption": _texts(reading.assumption),
    }


def _digit(day: tuple[Span, ...] | None, spans: list[tuple[Span, ...]]) -> str:
    if day is None:
        return _UNKNOWN
    if day not in spans:
        spans.append(day)
    return _DIGITS[spans.index(day)]


def _texts(text: Text | None) -> Mapping[str, str] | None:
    return text._asdict() if text else None
