"""Small static cells of stations, from which a phone finds the nearest by itself.

A cell is a tile of the Web Mercator pyramid at :data:`ZOOM` (OGC 17-083r4, WebMercatorQuad) with
every station in it, as JSON addressed by its own content: whoever asks for cells tells where they
are to some four kilometres, a cache may keep a cell for good, and one edit changes one address.
"""

from geo.cells.city import city_index, city_list, city_names, city_outline
from geo.cells.folder import CellFolder
from geo.cells.stations import StationCells
from geo.cells.tiles import ZOOM, Tile, tile_of
from geo.cells.words import days_of_year, words

__all__ = [
    "ZOOM",
    "CellFolder",
    "StationCells",
    "Tile",
    "city_index",
    "city_list",
    "city_names",
    "city_outline",
    "days_of_year",
    "tile_of",
    "words",
]
