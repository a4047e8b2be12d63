"""What every page of a city stands on: neighbours, water, borders, names, the stations near it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.places import Place, Places
from geo.position import BBox
from geo.snapshot import Snapshot
from geo.station import Station
from maps import drawing, outlines
from maps.layers import Drawn, OfflineMap
from maps.local_base import LocalBase, local_base
from maps.options import Options

# Stations of neighbours count where their longest reach may cross the border: 1 km is at
# most so many degrees, up to 60° N.
_REACH_DEG = 0.018
_MARGIN = 0.03
_AROUND = 0.25
_CLOSE = 0.15


class Ground:
    """The base of a city's map, as layers; what it draws of outlines is simplified.

    ``outline`` is the city's own, ``districts`` the simplified outlines in the order of the
    places given, ``around`` the box that is drawn.
    """

    def __init__(
        self, places: Places, place: Place, districts: Sequence[Place], options: Options
    ) -> None:
        self._places, self._options = places, options
        self.place = place
        self.outline = places.outline(place.adcode, "city")
        self.around = outlines.padded(place.bbox, _AROUND)
        self.districts = outlines.simplified(
            [places.outline(each.adcode, "district") for each in districts],
            outlines.CITY_TOLERANCE_DEG,
        )
        self._neighbours = outlines.neighbour_cities(places, own=[place.adcode], bbox=self.around)
        folder, datum = options.base_map, options.datum
        self._base = local_base(folder, self.around, datum=datum) if folder else LocalBase([], [])

    def canvas(self, stations: Sequence[Station]) -> OfflineMap:
        """The empty map, which opens where the stations are."""
        whole = outlines.padded(self.place.bbox, _MARGIN)
        return OfflineMap(
            initial=_initial(stations, whole),
            whole=whole,
            datum=self._options.datum,
            tiles=self._options.tiles,
        )

    def backdrop(self) -> list[Drawn]:
        """The neighbours, faint; nothing on tiles, which show them."""
        if self._options.tiles:
            return []
        parts = outlines.backdrop(
            self._places, self._neighbours, bbox=self.around, datum=self._options.datum
        )
        return [shapes("backdrop", "backdrop", parts)]

    def base(self) -> list[Drawn]:
        """Water and built-up areas of the user's own folder, if there is one."""
        return [shapes("base", "ground", self._base.parts)] if self._options.base_map else []

    def borders(self) -> Drawn:
        """Borders of districts, of the city, and the nation's boundary lines where they pass."""
        inner = shapely.line_merge(shapely.union_all([shape.boundary for shape in self.districts]))
        outer = shapely.simplify(self.outline.boundary, outlines.CITY_TOLERANCE_DEG)
        nation = shapely.intersection(self._places.boundary_lines(), shapely.box(*self.around))
        parts = [("border-district", inner), ("border-city", outer), ("border-nation", nation)]
        drawn = [
            {"class": css, "lines": drawing.lines(shape, datum=self._options.datum)}
            for css, shape in parts
            if not shape.is_empty
        ]
        return shapes("borders", "borders", drawn)

    def names(
        self, labelled: Iterable[tuple[Place, str | None]], *, movable: bool = False
    ) -> Drawn:
        """The names of districts, each with its number, of neighbours, and of towns.

        Where marks stand among them, names of districts may be ``movable``.
        """
        datum = self._options.datum
        neighbours = [(city, None) for city in self._neighbours]
        labels = [
            *outlines.name_labels(
                labelled, css="district movable" if movable else "district", datum=datum
            ),
            *outlines.name_labels(neighbours, css="neighbour", datum=datum),
            *self._base.names,
        ]
        return Drawn("names", "names", labels, scripts=("shapes.js",))

    def foreign(self, snapshot: Snapshot) -> list[Station]:
        """Answerable stations of other cities that may reach across the border."""
        west, south, east, north = self.outline.bounds
        lon, lat = snapshot.lon, snapshot.lat
        near = snapshot.answerable & (lon > west - _REACH_DEG) & (lon < east + _REACH_DEG)
        near &= (lat > south - _REACH_DEG) & (lat < north + _REACH_DEG)
        near[snapshot.rows_of_city(self.place.adcode)] = False
        rows = np.flatnonzero(near)
        close = shapely.dwithin(self.outline, shapely.points(lon[rows], lat[rows]), _REACH_DEG)
        return [snapshot.station(row) for row in rows[close].tolist()]


def shapes(key: str, pane: str, parts: Sequence[dict[str, Any]], *, show: bool = True) -> Drawn:
    """A layer of areas and lines that :mod:`maps.drawing` made compact."""
    data = {"pane": pane, "parts": list(parts)}
    return Drawn(key, "shapes", data, scripts=("shapes.js",), show=show)


def area(css: str, shape: BaseGeometry, options: Options) -> dict[str, Any]:
    """One area of such a layer."""
    return {"class": css, "polygons": drawing.polygons(shape, datum=options.datum)}


def _initial(stations: Sequence[Station], whole: BBox) -> BBox:
    """Where the stations are, if they fill only a part of the city."""
    sound = [each.position for each in stations if each.position_quality != "suspect"]
    if len(sound) < 2:
        return whole
    lons, lats = zip(*sound, strict=True)
    west, east = np.quantile(lons, (0.02, 0.98)).tolist()
    south, north = np.quantile(lats, (0.02, 0.98)).tolist()
    return outlines.padded(BBox(west, south, east, north), _CLOSE)
