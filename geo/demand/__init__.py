"""Whom stations are for: people spread over a city, from districts, a user's grid or points."""

from geo.demand.districts import BuiltUp, district_demand
from geo.demand.model import Cells, Demand, Piece, Spread

__all__ = ["BuiltUp", "Cells", "Demand", "Piece", "Spread", "district_demand"]
