"""The districts of a plan: one table of what is reached of their people and of their area."""

from typing import Any

from geo.places import Place
from geo.planning import words
from geo.planning.model import CityPlan, Covered
from geo.text import Text
from maps import density
from maps.plan import tables
from maps.plan.reach import of_plan
from maps.plan.tables import Column, Row


def district_table(plan: CityPlan) -> dict[str, Any]:
    """Every district with its stations and shares, for both measures side by side."""
    columns = [
        Column(Text("区县", "District"), "text"),
        Column(Text("人口", "People")),
        *([Column(Text("站点", "Stations"))] if plan.list_state != "none" else []),
        *([Column(Text("每10万人", "per 100,000"))] if plan.fairness else []),
        *(
            Column(label, group=measure)
            for measure in _measures(plan)
            for label in _labels(plan, measure)
        ),
    ]
    return tables.table(columns, [_row(plan, nth, each) for nth, each in enumerate(plan.districts)])


def _measures(plan: CityPlan) -> tuple[str, ...]:
    if not plan.coverages:
        return ()
    return ("people", "area") if words.by_people(plan) else ("area",)


def _labels(plan: CityPlan, measure: str) -> list[Text]:
    zh, en = ("人口", "people") if measure == "people" else ("面积", "area")
    within = [each.within for each in of_plan(plan)]
    return [
        *(Text(f"{each.zh} {zh}", f"{each.en}, {en}") for each in within),
        *(Text(f"{each.zh} 两站以上 {zh}", f"{each.en} twice, {en}") for each in within),
    ]


def _row(plan: CityPlan, nth: int, place: Place) -> Row:
    cells = [
        tables.text(Text(place.name, place.name_en), place.adcode),
        tables.number(words.people(place.people), place.people),
    ]
    if plan.list_state != "none":
        count = plan.counts.by_district.get(place.adcode, 0)
        cells.append(tables.number(f"{count:,}", count))
    if plan.fairness:
        service = {each.adcode: each for each in plan.fairness[0].districts}.get(place.adcode)
        rate = service.per_100k if service else None
        cells.append(tables.number(density.shown(rate), rate))
    covered = [plan.coverage(each.threshold).districts[nth] for each in of_plan(plan)]
    for measure in _measures(plan):
        people = measure == "people"
        cells += [
            tables.share(each.people_ratio if people else each.area_ratio) for each in covered
        ]
        cells += [tables.share(words.backup_share(each, people=people)) for each in covered]
    return Row(place.adcode, cells)


def label_value(plan: CityPlan, covered: Covered) -> str:
    """What stands under a district's name on the map."""
    band = words.share(plan, covered)
    return "?" if band is None else words.least(plan) + words.percent(band)
