"""Stations per 100,000 people in classes that mean the same on every map.

Fixed bounds, so that cities can be compared: the nation's published network has about 13
per 100,000. A class is told by its shade and by the number printed on the district;
unknown has a hatch of its own.
"""

from typing import NamedTuple

from geo.text import Text

UNKNOWN_CLASS = "rate-unknown"
UNKNOWN_FILL = "url(#hatch-unknown)"


class RateClass(NamedTuple):
    """Rates from ``least`` up to the next class's ``least``; ``name`` is the style's name."""

    name: str
    least: float
    label: Text


CLASSES = (
    RateClass("rate-0", 0.0, Text("0", "0")),
    RateClass("rate-1", 1e-9, Text("1 以下", "below 1")),
    RateClass("rate-2", 1.0, Text("1–5", "1–5")),
    RateClass("rate-3", 5.0, Text("5–10", "5–10")),
    RateClass("rate-4", 10.0, Text("10–20", "10–20")),
    RateClass("rate-5", 20.0, Text("20 及以上", "20 and more")),
)


def class_of(per_100k: float | None) -> str:
    """The name of the class of a rate; unknown is a class of its own."""
    if per_100k is None:
        return UNKNOWN_CLASS
    return max((each for each in CLASSES if each.least <= per_100k), key=lambda c: c.least).name


def shown(per_100k: float | None) -> str:
    """A rate as it is printed: one decimal, ``?`` if people are unknown."""
    return "?" if per_100k is None else f"{per_100k:.1f}"
