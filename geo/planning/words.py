"""What is said of plans again and again, and how their figures are written."""

from collections.abc import Mapping
from typing import Final

from geo.planning.model import Band, CityPlan, Covered, DemandBasis, ListState, Unit
from geo.planning.shown import shown_area, shown_people, shown_share
from geo.text import Text

UNKNOWN: Final = Text("未知", "unknown")
AT_LEAST: Final = Text("至少", "at least")
AT_MOST: Final = Text("至多", "at most")
LIST_STATES: Final[Mapping[ListState, Text]] = {
    "none": Text("没有名录", "no list"),
    "partial": Text("名录不全", "partial list"),
    "unstated": Text("名录是否齐全未知", "completeness unknown"),
    "complete": Text("名录齐全", "complete list"),
}
_UNITS: Final[Mapping[Unit, Text]] = {
    "people": Text("人", "people"),
    "km2": Text("平方公里", "km²"),
    "sites": Text("处", "sites"),
    "people_m": Text("人·米", "people × m"),
    "km2_m": Text("平方公里·米", "km² × m"),
    "m": Text("米", "m"),
}


def by_people(plan: CityPlan) -> bool:
    """Whether shares are of people; of area otherwise, where people are not known."""
    return plan.people_total is not None


def share(plan: CityPlan, covered: Covered) -> Band | None:
    """The share reached of a place's people, else of its area."""
    return covered.people_ratio if by_people(plan) else covered.area_ratio


def least(plan: CityPlan) -> str:
    """What stands before a share: stations exist that the list lacks."""
    return "≥ " if plan.at_least else ""


def backup_share(covered: Covered, *, people: bool) -> Band | None:
    """The share that two or more stations reach."""
    if not people:
        return covered.area_backup.over(covered.area_km2)
    if covered.people_backup is None or not covered.people_total:
        return None
    return covered.people_backup.over(covered.people_total)


def gap_title(*, in_list: bool) -> Text:
    """What a gap may be called where stations exist that the list lacks."""
    if in_list:
        return Text("名录中的盲区", "Gaps in the list")
    return Text("覆盖盲区", "Gaps")


def number(value: Band | None, unit: Unit, basis: DemandBasis) -> str:
    """A figure without its unit."""
    return shown_area(value) if unit.startswith("km2") else shown_people(value, basis)


def amount(value: Band | None, unit: Unit, basis: DemandBasis) -> Text:
    """A figure with its unit: 12,300–23,400 人 / people."""
    shown = number(value, unit, basis)
    return Text(f"{shown} {_UNITS[unit].zh}", f"{shown} {_UNITS[unit].en}")


def unit_of(unit: Unit) -> Text:
    """The word for a unit."""
    return _UNITS[unit]


def people(value: int | None) -> str:
    """A population, unknown as such."""
    return str(UNKNOWN) if value is None else f"{value:,}"


def percent(value: Band | None) -> str:
    """A share, unknown as such: never as 0."""
    return str(UNKNOWN) if value is None else shown_share(value)
