"""The spatial index: exact k-nearest in geodesic order, filters inside the search."""

from geo.index.filters import ANY, Filter
from geo.index.schedules import OpenAt, Schedules, UnknownHours, arrival
from geo.index.station_index import Hit, Neighbor, StationIndex

__all__ = [
    "ANY",
    "Filter",
    "Hit",
    "Neighbor",
    "OpenAt",
    "Schedules",
    "StationIndex",
    "UnknownHours",
    "arrival",
]
