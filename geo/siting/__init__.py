"""Where the next sites should go, with a proof of how good the answer is.

Knows nothing of stations or cities: weights and a sparse reach go in, plans come out, each with
a bound that no plan can beat.
"""

from geo.siting.center import p_center
from geo.siting.covering import max_covering
from geo.siting.fewest import set_covering, unreachable
from geo.siting.median import p_median
from geo.siting.model import Curve, Effort, Plan, Problem, Progress, Rules, Status
from geo.siting.reach import reach_within, reach_within_plane
from geo.siting.ruled import ruled_covering

__all__ = [
    "Curve",
    "Effort",
    "Plan",
    "Problem",
    "Progress",
    "Rules",
    "Status",
    "max_covering",
    "p_center",
    "p_median",
    "reach_within",
    "reach_within_plane",
    "ruled_covering",
    "set_covering",
    "unreachable",
]
