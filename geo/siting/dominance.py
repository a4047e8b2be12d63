"""What set covering may leave out before it is solved.

A row whose columns include all columns of another is covered with it; a column whose rows are
among those of another is never needed (C. Toregas, C. ReVelle, "Binary logic solutions to a class
of location problem", Geographical Analysis 5 (1973), 145–155).
"""

import numpy as np
from scipy.sparse import csr_array

from geo.siting.model import Flags, Ints

# A full matrix is fastest up to so many rows and columns; beyond, pairs with something in common
# are compared as long as they are so few.
_DENSE = 3_000
_MOST_PAIRS = 40_000_000


def undominated(pattern: csr_array) -> tuple[Ints, Ints]:
    """The rows and columns of a pattern (n × m, ones) that have to be looked at."""
    rows, columns = np.arange(pattern.shape[0]), np.arange(pattern.shape[1])
    while True:
        size = pattern.shape
        kept = ~_within_another(csr_array(pattern.T))
        pattern, columns = pattern[:, kept], columns[kept]
        kept = ~_includes_another(pattern)
        pattern, rows = pattern[kept], rows[kept]
        if pattern.shape == size:
            return rows, columns


def _within_another(sets: csr_array) -> Flags:
    """Which rows are subsets of another row; of equal ones all but the first."""
    first, second, smaller = _subsets(sets)
    flags = np.zeros(sets.shape[0], dtype=np.bool_)
    flags[first[smaller | (second < first)]] = True
    return flags


def _includes_another(sets: csr_array) -> Flags:
    """Which rows are supersets of another row; of equal ones all but the first."""
    first, second, smaller = _subsets(sets)
    flags = np.zeros(sets.shape[0], dtype=np.bool_)
    flags[second[smaller | (first < second)]] = True
    return flags


def _subsets(sets: csr_array) -> tuple[Ints, Ints, Flags]:
    """Pairs (a, b) of rows with a ⊆ b, and whether a is the smaller one."""
    size = np.diff(sets.indptr)
    if max(sets.shape) <= _DENSE:
        whole = sets.toarray().astype(np.float32)
        first, second = np.nonzero(whole @ whole.T == size[:, None])
        apart = first != second
        first, second = first[apart], second[apart]
        return first, second, size[first] < size[second]
    times = np.bincount(sets.indices, minlength=sets.shape[1])
    if float(np.square(times, dtype=np.float64).sum()) > _MOST_PAIRS:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing.astype(np.bool_)
    common = (sets @ sets.T).tocoo()
    first, second = common.coords
    within = (common.data == size[first]) & (first != second)
    first, second = first[within], second[within]
    return first, second, size[first] < size[second]
