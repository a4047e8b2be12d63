"""The common form of MCLP and p-median: the cheapest open site of each demand, or a cap.

A plan S costs Σᵢ min(capᵢ, min over j in S of cᵢⱼ). For the p-median c is weighted distance; for
the MCLP c = 0 within reach and capᵢ the weight, so that the cost is the weight not covered. That
the one is a case of the other: R. L. Church, C. S. ReVelle, "Theoretical and computational links
between the p-median, location set-covering, and the maximal covering location problem",
Geographical Analysis 8 (1976), 406–415.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from geo.siting.model import Floats, Ints


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs below the cap, shape (n, m), the cap of each row, and a constant.

    ``rows`` is the row of each entry of ``matrix``; ``columns`` the same matrix by columns;
    ``constant`` the cost of rows that no column makes cheaper. ``whole`` tells that every cost
    and cap is an integer, and hence the cost of every plan.
    """

    matrix: csr_array
    columns: csc_array
    rows: Ints
    cap: Floats
    constant: float
    whole: bool

    @property
    def sites(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    def column(self, site: int) -> tuple[Ints, Floats]:
        """Rows and costs of one site."""
        start, stop = self.columns.indptr[site], self.columns.indptr[site + 1]
        return self.columns.indices[start:stop], self.columns.data[start:stop]

    def lowered(self, sites: Sequence[int]) -> Floats:
        """The cost of each row, shape (n,), when these sites are open."""
        lowest = self.cap.copy()
        for site in sites:
            rows, values = self.column(site)
            lowest[rows] = np.minimum(lowest[rows], values)
        return lowest

    def total(self, sites: Sequence[int]) -> float:
        """What a plan costs."""
        return self.constant + float(self.lowered(sites).sum())


def make_costs(matrix: csr_array, cap: Floats) -> Costs:
    """Leave out what saves nothing, and make one row of those that no plan tells apart."""
    sites = int(matrix.shape[1])
    rows: Ints = _entry_rows(matrix.indptr)
    keep = matrix.data < cap[rows]
    rows, data = rows[keep], matrix.data[keep]
    indices: Ints = matrix.indices[keep].astype(np.int64)
    whole = bool(np.all(cap == np.rint(cap)) and np.all(data == np.rint(data)))
    number = np.bincount(rows, minlength=len(cap))
    constant = float(cap[number == 0].sum())
    if data.size and not data.any():
        rows, indices, cap = _merged(rows, indices, number, cap)
        data = np.zeros(len(rows))
    else:
        rows, cap = (np.cumsum(number > 0) - 1)[rows], cap[number > 0]
    shape = (len(cap), sites)
    new = csr_array((data.astype(np.float64), indices, _starts(rows, len(cap))), shape=shape)
    return Costs(new, new.tocsc(), rows, cap.astype(np.float64), constant, whole)


def with_open(base: Costs, sites: Sequence[int], *, free: Ints) -> Costs:
    """What remains to be decided if ``sites`` are open and only ``free`` columns may be added.

    Columns keep their numbers.
    """
    allowed = np.zeros(base.sites, dtype=np.bool_)
    allowed[free] = True
    keep = allowed[base.matrix.indices]
    starts = _starts(base.rows[keep], len(base.cap))
    parts = (base.matrix.data[keep], base.matrix.indices[keep], starts)
    rest = make_costs(csr_array(parts, shape=base.matrix.shape), base.lowered(sites))
    return Costs(
        rest.matrix, rest.columns, rest.rows, rest.cap, rest.constant + base.constant, base.whole
    )


def sums(keys: Ints, values: Floats, number: int) -> Floats:
    """The sum of the values of each key from 0 to ``number`` - 1."""
    return np.bincount(keys, weights=values, minlength=number).astype(np.float64, copy=False)


def _entry_rows(starts: NDArray[np.integer]) -> Ints:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _starts(rows: Ints, number: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=number))))


def _merged(rows: Ints, indices: Ints, number: Ints, cap: Floats) -> tuple[Ints, Ints, Floats]:
    """Rows with equal sets of columns as one, whose cap is the sum of theirs.

    Sets are compared by their size and two sums of 64-bit random numbers, one per column: that
    two different sets agree by chance is less likely than a fault of the machine.
    """
    tokens = np.random.default_rng(0).integers(1, 2**63, (2, int(indices.max()) + 1), np.uint64)
    marks = np.zeros((2, len(cap)), dtype=np.uint64)
    used = np.flatnonzero(number)
    starts = np.concatenate(([0], np.cumsum(number[used])[:-1]))
    for nth in range(2):
        marks[nth, used] = np.add.reduceat(tokens[nth][indices], starts)
    keys = np.stack((number[used].astype(np.uint64), marks[0, used], marks[1, used]))
    order = np.lexsort(keys)
    starts_group = np.ones(len(order), dtype=np.bool_)
    starts_group[1:] = np.any(keys[:, order[1:]] != keys[:, order[:-1]], axis=0)
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(starts_group) - 1
    # The sort is stable: a group starts with its first row, which stays for all of it.
    kept = np.sort(order[starts_group])
    new_row = np.full(len(cap), -1)
    new_row[used[kept]] = np.arange(len(kept))
    keep = new_row[rows] >= 0
    caps = sums(group, cap[used], len(kept))
    return new_row[rows[keep]], indices[keep], caps[group[kept]]
