"""The spatial index: exact k-nearest in geodesic order, filters inside the search."""

from geo.index.filters import ANY, Filter
from geo.index.station_index import Hit, Neighbor, StationIndex

__all__ = ["ANY", "Filter", "Hit", "Neighbor", "StationIndex"]
