"""One order to build in: the plan for each number of sites contains the one before."""

from collections.abc import Sequence

from geo.siting.costs import Costs
from geo.siting.interchange import greedy, in_order_of_gain
from geo.siting.lagrangian import Search
from geo.siting.model import relative_gap


def building_order(costs: Costs, searches: Sequence[Search]) -> tuple[list[int], list[float]]:
    """The order with the smallest worst loss against the bounds, and its cost after each step.

    Tried are the greedy order, and for each plan its own sites in order of gain, continued
    greedily. Costs run from no site at all to all of them.
    """
    longest = max(search.count for search in searches)
    orders = [greedy(costs, longest)]
    for search in searches:
        first, _ = in_order_of_gain(costs, search.plan)
        orders.append(greedy(costs, longest, start=first))

    def worst(tried: tuple[list[int], list[float]]) -> tuple[float, float]:
        losses = [
            relative_gap(search.goal.of(tried[1][search.count]), search.goal.of(search.bound))
            for search in searches
        ]
        return max(losses), sum(losses)

    return min(((order, _steps(costs, order)) for order in orders), key=worst)


def _steps(costs: Costs, order: Sequence[int]) -> list[float]:
    return [costs.total(order[:number]) for number in range(len(order) + 1)]
