"""Plain lists of points, without any city: what they reach, and where the next sites should go.

Demand, candidates and stations come as tables of their own, in degrees or in a plane, so that
instances of the literature and other people's data can be run as they are.
"""

from geo.plain.cover import Area, Cover, CoverOf, cover, read_area
from geo.plain.pairs import Pairs, read_pairs
from geo.plain.points import Crs, Points, read_points
from geo.plain.question import Question, asked
from geo.plain.siting import Answer, sited
from geo.plain.wish import Model, Wish

__all__ = [
    "Answer",
    "Area",
    "Cover",
    "CoverOf",
    "Crs",
    "Model",
    "Pairs",
    "Points",
    "Question",
    "Wish",
    "asked",
    "cover",
    "read_area",
    "read_pairs",
    "read_points",
    "sited",
]
