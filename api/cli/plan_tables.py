"""Plans as tables in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from api.cli.output import console, print_table
from geo.catalogue import SYNTHETIC
from geo.places import Place
from geo.planning import words
from geo.planning.model import CityPlan, Coverage
from geo.planning.shown import shown_people, shown_share


def print_city(plan: CityPlan) -> None:
    """How complete the list is, what is reached, and the next sites."""
    _print_warnings([plan])
    for note in plan.notes:
        console.print(str(note), markup=False, highlight=False)
    print_table(
        f"覆盖 / coverage · {plan.place.name}",
        ("范围 reach", "人口 people", "面积 area", "站点 stations"),
        [
            (
                str(each.threshold.label),
                _share(plan, each, people=True),
                _share(plan, each, people=False),
                f"{each.stations:,}",
            )
            for each in _of_all(plan)
        ],
    )
    names = {district.adcode: district.name for district in plan.districts}
    if plan.proposals:
        print_table(
            "下一批 / next sites",
            ("次序 order", "区县 district", "增加 gain"),
            [
                (
                    str(each.order),
                    names.get(each.district, each.district),
                    shown_people(each.gain, plan.demand_basis),
                )
                for each in plan.proposals.nested
            ],
        )


def print_ranking(province: Place, plans: Sequence[CityPlan]) -> None:
    """The cities side by side; those without a list have no figures."""
    _print_warnings(plans)
    reaches = list(dict.fromkeys(each.threshold for plan in plans for each in plan.coverages))
    print_table(
        f"覆盖人口 / people reached · {province.name}",
        ("市 city", "名录 list", "站点 stations", *(str(each.label) for each in reaches)),
        [
            (
                plan.place.name,
                str(words.LIST_STATES[plan.list_state]),
                f"{plan.counts.listed:,}" if plan.coverages else "—",
                *(_share(plan, each, people=True) for each in _of_all(plan)),
                *([] if plan.coverages else ["—"] * len(reaches)),
            )
            for plan in plans
        ],
    )


def print_path(page: Path) -> None:
    """Where the page is, to be opened."""
    console.print(str(page), markup=False, highlight=False, soft_wrap=True)


def _print_warnings(plans: Sequence[CityPlan]) -> None:
    if any(plan.synthetic for plan in plans):
        console.print(str(SYNTHETIC), style="bold red")


def _of_all(plan: CityPlan) -> list[Coverage]:
    return [each for each in plan.coverages if each.lens.code == "all"]


def _share(plan: CityPlan, coverage: Coverage, *, people: bool) -> str:
    band = coverage.city.people_ratio if people else coverage.city.area_ratio
    return f"{words.least(plan)}{shown_share(band)}" if band else "—"
