"""Coverage by kind of moment, by facility and by kind of station: bands beside each other."""

from typing import Any, Final

from geo.coverage.model import LensGroup
from geo.planning import words
from geo.planning.model import CityPlan, Coverage
from geo.text import Text
from maps.plan import tables
from maps.plan.reach import of_plan
from maps.plan.tables import Column, Row

GROUPS: Final[tuple[tuple[LensGroup, Text], ...]] = (
    ("hours", Text("按时刻与日子", "By hour and kind of day")),
    ("facility", Text("按设施", "By facility")),
    ("kind", Text("按类别", "By kind of station")),
)


def lens_tables(plan: CityPlan) -> dict[str, dict[str, Any]]:
    """One table for each group of lenses that the plan has, by the name of the group."""
    nearest = of_plan(plan)[:1]
    found: dict[str, dict[str, Any]] = {}
    for group, _ in GROUPS:
        lenses = [
            each.lens
            for each in plan.coverages
            if nearest and each.threshold == nearest[0].threshold and each.lens.group == group
        ]
        if lenses:
            rows = [_row(plan, code=each.code, label=each.label) for each in lenses]
            found[group] = tables.table(_columns(plan), rows)
    return found


def _columns(plan: CityPlan) -> list[Column]:
    zh, en = ("人口", "people") if words.by_people(plan) else ("面积", "area")
    return [
        Column(Text("站点的条件", "Stations that count")),
        *(
            Column(Text(f"{each.within.zh} {zh}", f"{each.within.en}, {en}"))
            for each in of_plan(plan)
        ),
        Column(Text("站点", "Stations")),
    ]


def _row(plan: CityPlan, *, code: str, label: Text) -> Row:
    measured = [plan.coverage(each.threshold, code) for each in of_plan(plan)]
    order = [each.lens.code for each in plan.coverages].index(code)
    cells = [
        tables.text(label, order),
        *(tables.share(words.share(plan, each.city)) for each in measured),
        _count(measured[-1]),
    ]
    return Row(code, cells)


def _count(coverage: Coverage) -> tables.Cell:
    """Those that certainly count, and those that may besides."""
    sure, maybe = coverage.stations, coverage.possible
    if not maybe:
        return tables.number(f"{sure:,}", sure)
    shown = Text(f"{sure:,}，另 {maybe:,} 未知", f"{maybe:,} more unknown")
    return tables.number(shown, sure)
