"""Whole numbers in proportion to weights, with their sum kept."""

import numpy as np
from numpy.typing import NDArray


def apportioned(weights: NDArray[np.float64], total: int) -> NDArray[np.intp]:
    """Whole numbers in proportion to the weights that sum to ``total`` (largest remainders).

    Weights of shape (n,) must not be negative nor all 0. A tie goes to the earlier one.
    """
    quotas = weights / weights.sum() * total
    counts: NDArray[np.intp] = np.floor(quotas).astype(np.intp)
    by_remainder = np.argsort(counts - quotas, kind="stable")
    counts[by_remainder[: total - counts.sum()]] += 1
    return counts
