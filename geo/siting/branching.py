"""The exact end of a search where a program would be large: branch and bound on the relaxation.

At a node some columns are open and some barred; the bound is that of :mod:`geo.siting.lagrangian`
for what is left, raised from its parent's prices, and bars or opens further columns by itself.
The node with the least bound is divided by its most wanted column (N. Christofides,
J. E. Beasley, "A tree search algorithm for the p-median problem", European Journal of Operational
Research 10 (1982), 196–204).
"""

import heapq
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
from scipy.sparse import csr_array

from geo.siting.costs import Costs
from geo.siting.interchange import filled, savings
from geo.siting.lagrangian import Relaxation, Search, raise_bound
from geo.siting.model import Flags, Floats
from geo.siting.watch import Watch

# Rounds of the relaxation at a node: a parent's prices are near the best already.
_ROUNDS = 60


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    search: Search = field(compare=False)
    # Columns open above this node, of which its own search knows nothing.
    above: list[int] = field(compare=False)


def divide(search: Search, watch: Watch, *, gap: float) -> None:
    """Divide until no better plan can exist, the gap is reached, or time is over."""
    numbers = count()
    nodes = [_Node(search.bound, next(numbers), replace(search), [])]
    floor = search.bound
    while nodes and not watch.over():
        floor = nodes[0].bound
        search.bound = max(search.bound, min(search.cost, floor))
        search.tell(watch)
        if search.closed or search.gap <= gap:
            return
        node = heapq.heappop(nodes)
        for child, above in _children(node):
            _settle(child, above, search, watch)
            if child.bound <= search.cost - search.slack:
                heapq.heappush(nodes, _Node(max(child.bound, floor), next(numbers), child, above))
    search.bound = max(search.bound, min([search.cost, *(node.bound for node in nodes)]))


def _children(node: _Node) -> list[tuple[Search, list[int]]]:
    """The node with its most wanted column, and without it."""
    inside = node.search
    free = ~inside.into & ~inside.out
    opened = np.flatnonzero(inside.into).tolist()
    if len(opened) > inside.count or int(free.sum()) < inside.count - len(opened):
        return []
    if len(opened) == inside.count:
        return [(_below(inside, opened, free), node.above + opened)]
    reduced = Relaxation(inside.costs, inside.count, inside.prices).reduced(inside.prices)
    wanted = int(np.argmin(np.where(free, reduced, np.inf)))
    free[wanted] = False
    return [
        (_below(inside, [*opened, wanted], free), [*node.above, *opened, wanted]),
        (_below(inside, opened, free), node.above + opened),
    ]


def _below(parent: Search, opened: list[int], free: Flags) -> Search:
    """The search that is left when some columns are open and others than ``free`` barred.

    Rows and columns keep their numbers, so that the prices of the parent serve on.
    """
    costs = _left(parent.costs, opened, free)
    out = ~free
    return replace(
        parent,
        costs=costs,
        bound=-np.inf,
        count=parent.count - len(opened),
        prices=np.minimum(parent.prices, costs.cap),
        into=np.zeros(len(free), dtype=np.bool_),
        out=out,
    )


def _left(costs: Costs, opened: list[int], free: Flags) -> Costs:
    cap: Floats = costs.lowered(opened)
    kept = free[costs.matrix.indices] & (costs.matrix.data < cap[costs.rows])
    rows = costs.rows[kept]
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(cap)))))
    parts = (costs.matrix.data[kept], costs.matrix.indices[kept], starts)
    matrix = csr_array(parts, shape=costs.matrix.shape)
    return Costs(matrix, matrix.tocsc(), rows, cap, costs.constant, costs.whole)


def _settle(child: Search, above: list[int], search: Search, watch: Watch) -> None:
    """Bound a node, and offer what plans it finds to the search as a whole."""
    child.cost = search.cost
    if child.count == 0:
        child.bound = child.costs.total(())
        search.offer(filled(search.costs, search.count, above))
    elif child.count == 1:
        saved = np.where(child.out, -np.inf, savings(child.costs, child.costs.cap))
        last = int(np.argmax(saved))
        child.bound = child.costs.total([last])
        search.offer(filled(search.costs, search.count, [*above, last]))
    else:
        plan = child.plan
        raise_bound(child, watch, gap=0.0, rounds=_ROUNDS)
        if child.plan is not plan:
            search.offer(filled(search.costs, search.count, [*above, *child.plan]))
    # Nodes of the last two kinds are settled by the plan that they offer.
    if child.count <= 1:
        child.bound = max(child.bound, search.cost)
