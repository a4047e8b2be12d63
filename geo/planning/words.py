"""What is said of plans again and again, and how their figures are written."""

from collections.abc import Mapping
from typing import Final

from geo.catalogue import SYNTHETIC
from geo.planning.model import (
    Band,
    Change,
    CityPlan,
    Covered,
    DemandBasis,
    Gaps,
    ListState,
    Unit,
)
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


def warnings(plan: CityPlan) -> list[Text]:
    """What stands on every page, sheet and map: made-up data, and a list that is not whole."""
    others = [note for note in plan.notes if note != SYNTHETIC]
    about_list = others[:1] if plan.list_state != "complete" else []
    return [*([SYNTHETIC] if plan.synthetic else []), *about_list]


def known_line(plan: CityPlan) -> Text:
    """What list the figures are of, in one line."""
    zh, en = LIST_STATES[plan.list_state]
    if plan.completeness:
        says = plan.completeness.says(plan.counts.listed)
        zh, en = f"{zh}：{says.zh}", f"{en}: {says.en}"
    return Text(zh, en[:1].upper() + en[1:])


def since(change: Change) -> Text:
    """What a plan is compared with; lists from files have no number."""
    if change.since:
        return Text(f"版本 {change.since}", f"revision {change.since}")
    return Text(f"快照 {change.since_snapshot[:12]}", f"snapshot {change.since_snapshot[:12]}")


def gaps_line(plan: CityPlan, gaps: Gaps) -> Text:
    """How many there are, what they come to, and what the table leaves out."""
    basis = plan.demand_basis
    zh, en = f"共 {gaps.total:,} 片", f"{gaps.total:,} patches in all"
    if gaps.people is not None:
        most_zh, most_en = ("至多 ", "at most ") if gaps.in_list else ("", "")
        shown = number(gaps.people, "people", basis)
        zh, en = f"{zh}，{most_zh}{shown} 人", f"{en}, {most_en}{shown} people"
    area = f"{_area(gaps.area_km2)}"
    zh, en = f"{zh}，{area} 平方公里。", f"{en}, {area} km²."
    if gaps.left_out:
        left = _area(gaps.left_out_km2)
        zh += f"下表列出前 {len(gaps.ranked)} 片；其余 {gaps.left_out:,} 片合计 {left} 平方公里"
        en += (
            f" The first {len(gaps.ranked)} are listed; the other {gaps.left_out:,} come to"
            f" {left} km²"
        )
        if gaps.left_out_people is not None:
            shown = number(gaps.left_out_people, "people", basis)
            zh, en = f"{zh}、{shown} 人", f"{en} and {shown} people"
        zh, en = f"{zh}。", f"{en}."
    return Text(zh, en)


def _area(value: float) -> str:
    return shown_area(Band(value, value))
