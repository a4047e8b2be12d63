"""How evenly districts are served: the Gini coefficient, and the district that is worst off.

Gini: C. Gini, "Variabilità e mutabilità" (1912), in the form of the mean absolute difference,
G = Σᵢ Σⱼ wᵢ wⱼ |xᵢ - xⱼ| / (2 x̄ (Σᵢ wᵢ)²), with x̄ the weighted mean; see A. Sen, "On Economic
Inequality" (1973), section 2.5. With all weights 1 each district counts once.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from geo.places import Place
from geo.planning.model import Coverage, DistrictService, Fairness

_PER = 100_000


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """The Gini coefficient of n values ≥ 0 with weights ≥ 0; ``None`` if there is nothing to share.

    0 is equality; 1 - 1/n that one of n equal districts has everything.
    """
    x = np.asarray(values, dtype=np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    total = float((w * x).sum())
    if total <= 0:
        return None
    difference = float((w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum())
    return difference / (2 * total * float(w.sum()))


def fairness(
    districts: Sequence[Place], stations: Mapping[str, int], coverage: Coverage
) -> Fairness:
    """The districts side by side under one coverage; ``stations`` counts those of each."""
    covered = {each.adcode: each for each in coverage.districts}
    rows = []
    for district in districts:
        count = stations.get(district.adcode, 0)
        reached = covered[district.adcode]
        rows.append(
            DistrictService(
                adcode=district.adcode,
                people=district.people,
                stations=count,
                per_100k=count / district.people * _PER if district.people else None,
                ratio=reached.people_ratio or reached.area_ratio,
            )
        )
    known = [(row.per_100k, row.people) for row in rows if row.per_100k is not None]
    rates, people = zip(*known, strict=True) if known else ((), ())
    return Fairness(
        threshold=coverage.threshold,
        districts=rows,
        gini=gini(rates),
        gini_weighted=gini(rates, people),
        worst=_worst(rows),
    )


def _worst(rows: Sequence[DistrictService]) -> str | None:
    """The lowest certain ratio; among equals the one with most people. None of a single one."""
    rated = [row for row in rows if row.ratio]
    if len(rated) < 2:
        return None
    return min(rated, key=lambda row: (row.ratio, -(row.people or 0), row.adcode)).adcode
