"""Whom stations are for: people spread over a city, from districts, a user's grid or points."""

from geo.demand.built_up import BuiltUp, base_map_built_up, read_built_up
from geo.demand.districts import district_demand
from geo.demand.model import Cells, Demand, Piece, Spread
from geo.demand.user_file import read_demand

__all__ = [
    "BuiltUp",
    "Cells",
    "Demand",
    "Piece",
    "Spread",
    "base_map_built_up",
    "district_demand",
    "read_built_up",
    "read_demand",
]
