"""What rules say of plain points: capacities, districts, and whether there is room for all."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.plain.question import Question
from geo.plain.wish import Wish
from geo.siting import Plan, Rules
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def shortage(rules: Rules, plan: Plan, standing: Sequence[int], demand: float) -> tuple[Text, ...]:
    """Says so where the sites together cannot serve everybody."""
    if rules.capacity is None:
        return ()
    capacity = float(rules.capacity[[*standing, *plan.sites]].sum())
    if capacity >= demand:
        return ()
    return (
        Text(
            f"容量低于需求：这些站点合计 {capacity:,.6g}，需求 {demand:,.6g}",
            f"capacity below demand: {capacity:,.6g} at these sites, {demand:,.6g} wanted",
        ),
    )


def capacities(question: Question, wish: Wish) -> Floats | None:
    """What each site serves at most; ``None`` without a limit. Raises :class:`InputError`."""
    groups = (question.candidates, question.existing)
    if wish.capacity is None:
        return None
    if wish.capacity != "column":
        return np.full(sum(len(each.ids) for each in groups), wish.capacity)
    if any(each.ids and each.capacity is None for each in groups):
        raise InputError(
            "capacity",
            zh="候选点或现有站点文件没有容量列",
            en="a file of candidates or existing sites has no column of capacities",
            value=None,
            expected=Text("capacity（容量）列，或 --capacity 一个数", "a column called capacity"),
        )
    return np.concatenate([each.capacity for each in groups if each.capacity is not None])


def district_numbers(question: Question) -> tuple[Ints | None, Ints | None]:
    """The districts of demand and of sites, numbered alike; ``None`` where not all are stated."""
    demand = question.demand.district
    groups = [each for each in (question.candidates, question.existing) if each.ids]
    sites = [each.district for each in groups if each.district is not None]
    names = [*(demand or ()), *(name for each in sites for name in each)]
    numbers = {name: nth for nth, name in enumerate(dict.fromkeys(names))}

    def numbered(stated: Sequence[str]) -> Ints:
        return np.array([numbers[name] for name in stated], dtype=np.int64)

    known = len(sites) == len(groups)
    return (
        None if demand is None else numbered(demand),
        numbered([name for each in sites for name in each]) if known else None,
    )
