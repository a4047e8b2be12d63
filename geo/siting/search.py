"""The search that MCLP and p-median share, for several numbers of sites one after the other."""

from collections.abc import Sequence

from geo.siting.core import finish
from geo.siting.costs import Costs
from geo.siting.interchange import greedy, improved, in_order_of_gain
from geo.siting.lagrangian import Goal, Search, begin, raise_bound
from geo.siting.model import Curve, Plan
from geo.siting.nested import building_order
from geo.siting.watch import Watch


def best_plans(costs: Costs, goal: Goal, counts: Sequence[int], watch: Watch) -> Curve:
    """A plan for each count, fewest first, and the best building order that these suggest."""
    wanted = sorted(set(counts))
    searches: list[Search] = []
    plans: list[Plan] = []
    for nth, count in enumerate(wanted):
        watch.share(len(wanted) - nth)
        search = _searched(costs, goal, count, watch, searches)
        searches.append(search)
        plans.append(_plan(search, watch))
    order, steps = building_order(costs, searches)
    return Curve(
        plans=tuple(plans), nested=tuple(order), nested_objectives=tuple(map(goal.of, steps))
    )


def _searched(
    costs: Costs, goal: Goal, count: int, watch: Watch, before: Sequence[Search]
) -> Search:
    start = greedy(costs, count, start=before[-1].plan if before else ())
    search = begin(costs, goal, count, start, before[-1].prices if before else None)
    gap = watch.effort.gap
    with watch.interruptible():
        search.offer(improved(costs, start, watch.over))
        search.offer(improved(costs, greedy(costs, count), watch.over))
        search.tell(watch)
        raise_bound(search, watch, gap=gap)
        if search.gap > gap and not watch.over():
            finish(search, watch, gap=gap)
        search.tell(watch)
    if search.closed:
        search.bound = search.cost
    return search


def _plan(search: Search, watch: Watch) -> Plan:
    sites, gains = in_order_of_gain(search.costs, search.plan)
    return Plan(
        count=search.count,
        sites=tuple(sites),
        gains=tuple(gains),
        objective=search.goal.of(search.cost),
        bound=search.goal.of(search.bound),
        status="optimal" if search.gap == 0.0 else watch.status,
    )
