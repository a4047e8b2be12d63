"""Plain points put to the models of :mod:`geo.siting`, and the answer in their ids."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.plain.question import Question, missing_pair
from geo.plain.rules import capacities, district_numbers, shortage
from geo.plain.wish import COVERING, Model, Wish, check_wish
from geo.siting import (
    Plan,
    Problem,
    Rules,
    max_covering,
    p_center,
    p_median,
    ruled_covering,
    set_covering,
)
from geo.siting.model import Status
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan in ids, in the order in which each site adds most, and what is proven of it.

    ``gains`` is what each site adds to those before it: weight covered (mclp, lscp), or the
    objective saved (pmedian, pcenter; ``None`` for the first if nothing stood before it).
    ``covered`` and ``covered_before`` (by existing sites alone) are weights within the radius,
    ``unreached`` the points that neither a candidate nor an existing site reaches; ``None``
    without a radius. ``objective`` and ``bound`` are in the model's own unit. Under capacities
    ``covered`` is what is served. ``fairness_price`` is what minima cost: at least, at most.
    """

    model: Model
    sites: tuple[str, ...]
    gains: tuple[float | None, ...]
    covered: float | None
    covered_before: float | None
    total: float
    objective: float
    bound: float
    gap: float
    seconds: float
    status: Status
    unreached: tuple[str, ...] | None
    notes: tuple[Text, ...]
    fairness_price: tuple[float, float] | None = None


def sited(question: Question, wish: Wish) -> Answer:
    """The best plan that is found, with its proof. Raises :class:`InputError`."""
    check_wish(wish)
    began = time.perf_counter()
    near = None if wish.radius is None else question.within(wish.radius)
    if near is not None and wish.has_rules:
        return _ruled(question, wish, near, began)
    plan = _plan(question, wish, near)
    sites = plan.sites
    weights, standing = question.demand.weights, _standing(question)
    steps = [] if near is None else _covered_steps(near, weights, standing, sites)
    return Answer(
        model=wish.model,
        sites=tuple(question.candidates.ids[site] for site in sites),
        gains=_gains(question, wish, plan, steps),
        covered=steps[-1] if steps else None,
        covered_before=steps[0] if steps else None,
        total=float(weights.sum()),
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        seconds=time.perf_counter() - began,
        status=plan.status,
        unreached=None if near is None else _unreached(question, near),
        notes=question.notes,
    )


def _ruled(question: Question, wish: Wish, near: csr_array, began: float) -> Answer:
    """The same under rules: what counts is what is served, divided as is best."""
    weights, standing = question.demand.weights, _standing(question)
    _require_some(question, near, wish)
    demand_district, site_district = district_numbers(question)
    problem = Problem(
        weights=weights,
        reach=near,
        existing=standing,
        demand_district=demand_district,
        site_district=site_district,
    )
    rules = Rules(
        capacity=capacities(question, wish), min_sites=wish.min_sites, min_share=wish.min_share
    )
    plan, price = ruled_covering(problem, wish.count or 0, rules, effort=wish.effort)
    return Answer(
        model=wish.model,
        sites=tuple(question.candidates.ids[site] for site in plan.sites),
        gains=plan.gains,
        covered=plan.objective,
        covered_before=plan.objective - sum(plan.gains),
        total=float(weights.sum()),
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        seconds=time.perf_counter() - began,
        status=plan.status,
        unreached=_unreached(question, near),
        notes=(*question.notes, *shortage(rules, plan, standing, float(weights.sum()))),
        fairness_price=price if wish.min_sites or wish.min_share else None,
    )


def _standing(question: Question) -> tuple[int, ...]:
    first = len(question.candidates.ids)
    return tuple(range(first, first + len(question.existing.ids)))


def _unreached(question: Question, near: csr_array) -> tuple[str, ...]:
    beyond = (np.diff(near.indptr) == 0) & (question.demand.weights > 0.0)
    return tuple(question.demand.ids[at] for at in np.flatnonzero(beyond))


def _plan(question: Question, wish: Wish, near: csr_array | None) -> Plan:
    weights, counts = question.demand.weights, [wish.count or 0]
    if not question.candidates.ids:
        raise InputError(
            "candidates",
            zh="没有候选点",
            en="there is no candidate site",
            value="0",
            expected=Text("至少一个候选点", "at least one candidate"),
        )
    if wish.model in COVERING and near is not None:
        problem = Problem(weights=weights, reach=near, existing=_standing(question))
        _require_some(question, near, wish)
        if wish.model == "mclp":
            return max_covering(problem, counts, effort=wish.effort).plans[0]
        # Who is beyond all reach is listed, and the fewest sites serve the rest.
        reachable = np.where(np.diff(near.indptr) > 0, weights, 0.0)
        return set_covering(replace(problem, weights=reachable), effort=wish.effort)
    problem = Problem(weights=weights, reach=question.ways, existing=_standing(question))
    if wish.model == "pcenter":
        return p_center(problem, counts, effort=wish.effort).plans[0]
    _require_all(question)
    return p_median(problem, counts, effort=wish.effort).plans[0]


def _require_some(question: Question, near: csr_array, wish: Wish) -> None:
    """Raise :class:`InputError` if candidates reach nobody."""
    reached = near[:, : len(question.candidates.ids)]
    if not (question.demand.weights[np.diff(csr_array(reached).indptr) > 0] > 0.0).any():
        raise InputError(
            "candidates",
            zh=f"半径 {wish.radius:g} 之内，没有一个候选点够得到任何需求点",
            en=f"within {wish.radius:g} no candidate reaches any demand point",
            value=f"{wish.radius:g}",
            expected=Text(
                "更大的半径、更近的候选点，或核对坐标与单位",
                "a greater radius, nearer candidates, or a look at coordinates and units",
            ),
        )


def _require_all(question: Question) -> None:
    """Raise :class:`InputError` if a pair has no distance."""
    pair = missing_pair(question)
    if pair is not None:
        rows, columns = question.ways.shape
        missing = rows * columns - question.ways.nnz
        raise InputError(
            "distances",
            zh=f"缺 {missing:,} 对距离，第一对是 {pair[0][:40]} 到 {pair[1][:40]}",
            en=f"{missing:,} distances are missing, the first from {pair[0][:40]} to "
            f"{pair[1][:40]}",
            value=None,
            expected=Text(
                "pmedian 需要每个需求点到每个候选点（含现有站点）的距离",
                "pmedian needs the distance of every demand point to every site",
            ),
        )


def _covered_steps(
    near: csr_array, weights: Floats, standing: Sequence[int], sites: Sequence[int]
) -> list[float]:
    """The weight that existing sites cover, then with the first site, and so on."""
    columns = near.tocsc()
    left = weights.copy()

    def open_site(site: int) -> None:
        left[columns.indices[columns.indptr[site] : columns.indptr[site + 1]]] = 0.0

    for site in standing:
        open_site(site)
    total = float(weights.sum())
    steps = [total - float(left.sum())]
    for site in sites:
        open_site(site)
        steps.append(total - float(left.sum()))
    return steps


def _gains(
    question: Question, wish: Wish, plan: Plan, steps: Sequence[float]
) -> tuple[float | None, ...]:
    if wish.model in COVERING:
        return tuple(np.diff(steps).tolist())
    if wish.model == "pcenter":
        longest = _longest_steps(question, plan.sites)
        pairs = pairwise(longest)
        return tuple(None if math.isinf(before) else before - after for before, after in pairs)
    first = plan.gains[:1] if question.existing.ids else (None,)
    return (*first, *plan.gains[1:])


def _longest_steps(question: Question, sites: Sequence[int]) -> list[float]:
    columns, served = question.ways.tocsc(), question.demand.weights > 0.0
    nearest = np.full(question.ways.shape[0], np.inf)

    def open_site(site: int) -> None:
        start, stop = columns.indptr[site], columns.indptr[site + 1]
        rows = columns.indices[start:stop]
        nearest[rows] = np.minimum(nearest[rows], columns.data[start:stop])

    for site in _standing(question):
        open_site(site)
    steps = [float(nearest[served].max())]
    for site in sites:
        open_site(site)
        steps.append(float(nearest[served].max()))
    return steps
