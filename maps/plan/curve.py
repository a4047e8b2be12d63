"""Two curves over the number of next stations: the proven optimum, and one order to build in."""

from collections.abc import Sequence
from typing import Any

from geo.planning import words
from geo.planning.model import CityPlan, Proposals
from geo.planning.shown import rounded

_WIDTH, _HEIGHT = 320.0, 120.0


def curve(plan: CityPlan, proposals: Proposals) -> dict[str, Any] | None:
    """The curves as points of a picture of 320 × 120; ``None`` where there is nothing to compare.

    Only for covered demand: of the other models' objectives less is better.
    """
    optima = sorted(proposals.optima, key=lambda each: each.count)
    if proposals.model != "mclp" or len(optima) < 2:
        return None
    bounds = {each.count: each.bound for each in optima}
    best = [(each.count, each.objective) for each in optima]
    nested = [
        (count, bounds[count] * (1 - loss))
        for count, loss in enumerate(proposals.nested_loss, 1)
        if count in bounds
    ]
    values = [value for _, value in (*best, *nested)]
    low, high = min(values), max(values)
    scale = _Scale(best[0][0], best[-1][0], low, high)
    return {
        "best": scale.points(best),
        "nested": scale.points(nested),
        "ticks": [(count, scale.x(count)) for count, _ in best],
        "low": _shown(plan, proposals, low),
        "high": _shown(plan, proposals, high),
    }


class _Scale:
    """Numbers across, values upward; the lowest value stands at the foot."""

    def __init__(self, first: int, last: int, low: float, high: float) -> None:
        self._first, self._numbers = first, max(last - first, 1)
        self._low, self._values = low, (high - low) or 1.0

    def x(self, count: int) -> float:
        return round(_WIDTH * (count - self._first) / self._numbers, 1)

    def points(self, line: Sequence[tuple[int, float]]) -> list[tuple[int, float, float]]:
        return [
            (count, self.x(count), round(_HEIGHT * (1 - (value - self._low) / self._values), 1))
            for count, value in line
        ]


def _shown(plan: CityPlan, proposals: Proposals, value: float) -> str:
    if proposals.unit != "people":
        return f"{value:,.1f} {words.unit_of(proposals.unit).zh}"
    whole = rounded(value) if plan.demand_basis == "district" else value
    return f"{whole:,.0f} 人"
