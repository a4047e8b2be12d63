"""From numbers of candidates to columns of the reach."""

from collections.abc import Sequence
from dataclasses import replace

from geo.siting.model import Curve


def in_columns(curve: Curve, columns: Sequence[int]) -> Curve:
    """The same curve with ``columns[site]`` for each site."""
    plans = (
        replace(plan, sites=tuple(columns[site] for site in plan.sites)) for plan in curve.plans
    )
    nested = tuple(columns[site] for site in curve.nested)
    return replace(curve, plans=tuple(plans), nested=nested)
