"""How thresholds look and are called on a page: one colour and one key for each."""

from collections.abc import Sequence
from typing import NamedTuple

from geo.planning.model import CityPlan, Threshold
from geo.text import Text

# The two that standards speak of keep their colours on every page.
_BY_RADIUS_M = {500.0: "cover-500", 1000.0: "cover-1000"}
_OTHERS = ("cover-a", "cover-b", "cover-c", "cover-d", "cover-e", "cover-f", "cover-g", "cover-h")


class Reach(NamedTuple):
    """A threshold on a page: ``key`` ends the keys of its layers, ``css`` is its style."""

    key: str
    css: str
    threshold: Threshold

    @property
    def within(self) -> Text:
        """What the layer shows: ≤ 500 m."""
        zh, en = self.threshold.label
        return Text(f"≤ {zh}", f"≤ {en}")

    @property
    def beyond(self) -> Text:
        """What lies outside of it."""
        zh, en = self.threshold.label
        return Text(f"＞ {zh}", f"> {en}")


def reaches(thresholds: Sequence[Threshold]) -> list[Reach]:
    """The thresholds from the nearest to the farthest, each in a colour of its own."""
    others = iter(_OTHERS)
    found = []
    for nth, each in enumerate(sorted(thresholds, key=lambda one: one.radius_m)):
        standard = _BY_RADIUS_M.get(each.radius_m) if each.minutes is None else None
        found.append(Reach(str(nth), standard or next(others), each))
    return found


def of_plan(plan: CityPlan) -> list[Reach]:
    """The thresholds of a plan."""
    return reaches(plan.thresholds)
