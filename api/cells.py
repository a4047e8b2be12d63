"""The cells of one edition as the service hands them out: made when they are first asked for."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Final

from api.cities import known_of
from api.settings import Settings
from geo.cells import (
    CellFolder,
    StationCells,
    Tile,
    city_index,
    city_list,
    city_names,
    city_outline,
)
from geo.cells.stations import digest
from geo.hours import SHANGHAI
from geo.places import Place, Places
from geo.snapshot import Snapshot
from geo.text import Text

# Hot cells are made once; all of a city, some of the nation.
_CELLS_KEPT: Final = 4096


class Cells:
    """Indexes and cells of a snapshot. Safe to use from threads and processes."""

    def __init__(self, settings: Settings, snapshot: Snapshot, places: Places) -> None:
        self._stations = StationCells(snapshot)
        self._folder = CellFolder(settings.data_home / "cells")
        self._places = places
        self._made: dict[str, bytes] = {}
        self._content = lru_cache(maxsize=_CELLS_KEPT)(self._stations.content)
        self._lock = Lock()

    def cities(self) -> bytes:
        """The list of cities."""
        provinces = self._stations.snapshot.info.provinces
        cities = [city for province in provinces for city in self._places.cities_of(province)]
        return self._once("cities", lambda: city_list(self._stations, cities))

    def index(self, city: Place) -> bytes:
        """A city's index; the cells that it names are kept from then on."""
        return self._once(city.adcode, lambda: self._index(city))

    def names(self, city: Place) -> bytes:
        """What is searched in a city."""
        return self._once(f"names {city.adcode}", lambda: city_names(self._stations, city))

    def outline(self, city: Place) -> bytes:
        """The borders of a city's districts."""
        return self._once(f"outline {city.adcode}", lambda: city_outline(self._places, city))

    def current(self, tile: Tile) -> bytes:
        """A cell as it is now; without stations where there are none."""
        return self._content(tile)

    def addressed(self, tile: Tile, address: str) -> bytes | None:
        """A cell by its content's digest, of this or an earlier revision."""
        content = self._content(tile)
        return content if digest(content) == address else self._folder.read(tile, address)

    def _index(self, city: Place) -> bytes:
        today = datetime.now(SHANGHAI).date()
        digests = self._folder.keep(self._stations, city.adcode, today)
        note = list_note(self._stations.snapshot, city)
        return city_index(self._stations, digests, self._places, city, note)

    def _once(self, name: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]


def list_note(snapshot: Snapshot, city: Place) -> Text | None:
    """How complete a city's list is, or that there is none."""
    if not snapshot.info.lists_stations_of(city.adcode, city.parent):
        return Text(
            "这个城市还没有公布的名录，所以没有站点可列：这不等于没有站点",
            "no list of this city has been published: that does not mean that there is no station",
        )
    stated = snapshot.info.completeness_of(city.adcode)
    return Text(**known_of(snapshot, city.adcode, stated)["says"]) if stated else None
