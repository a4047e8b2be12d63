"""The map of one city: what is listed, what it reaches, and who lives there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.coverage.areas import service_areas
from geo.places import Places
from geo.position import BBox
from geo.snapshot import Snapshot
from geo.station import Station
from geo.text import Text
from maps import density, drawing, legend, outlines
from maps.facts import CityFacts, city_facts, in_network
from maps.layers import Drawn, OfflineMap, Panel
from maps.local_base import local_base
from maps.options import DEFAULT, Options
from maps.page import Page, RenderedPage
from maps.stations import is_clustered, station_block

RADII_M = (1000.0, 500.0)
# Stations of neighbours count where their longest reach may cross the border: 1 km is at
# most so many degrees, up to 60° N.
_REACH_DEG = 0.018
_AROUND = 0.25
_CLOSE = 0.15


def render_city(
    places: Places, snapshot: Snapshot, adcode: str, options: Options = DEFAULT
) -> RenderedPage:
    """The page of a city. Equal input gives equal bytes.

    Raises :class:`~geo.errors.NotFoundError` for an unknown adcode and
    :class:`~geo.errors.InputError` for one that is no city.
    """
    facts = city_facts(places, snapshot, adcode)
    outline = places.outline(adcode, "city")
    foreign = _foreign(snapshot, adcode, outline)
    page = Page(
        "city.html",
        _values(facts, foreign, snapshot, options),
        pages={options.links.index},
        image_hosts=options.image_hosts,
    )
    whole = outlines.padded(facts.place.bbox, 0.03)
    canvas = OfflineMap(
        initial=_initial(facts, whole), whole=whole, datum=options.datum, tiles=options.tiles
    )
    for layer in _layers(places, facts, foreign, outline, options):
        canvas.add_child(layer)
    canvas.add_child(Panel())
    page.add_child(canvas)
    return page.rendered()


def _layers(
    places: Places,
    facts: CityFacts,
    foreign: Sequence[Station],
    outline: BaseGeometry,
    options: Options,
) -> list[Drawn]:
    datum = options.datum
    around = outlines.padded(facts.place.bbox, _AROUND)
    neighbours = outlines.neighbour_cities(places, own=[facts.place.adcode], bbox=around)
    simple = outlines.simplified(
        [places.outline(d.place.adcode, "district") for d in facts.districts],
        outlines.CITY_TOLERANCE_DEG,
    )
    shapes = ("shapes.js",)
    layers = []
    if not options.tiles:
        parts = outlines.backdrop(places, neighbours, bbox=around, datum=datum)
        layers.append(_shapes("backdrop", "backdrop", parts))
    layers.append(
        Drawn(
            "districts",
            "districts",
            {
                "pane": "ground",
                "parts": list(outlines.district_parts(facts, simple, datum=datum)),
            },
            scripts=shapes,
            show=not options.tiles,
        )
    )
    towns: list[dict[str, Any]] = []
    if options.base_map:
        base = local_base(options.base_map, around, datum=datum)
        towns = base.names
        layers.append(_shapes("base", "ground", base.parts))
    reaching = [s for s in (*facts.stations, *foreign) if s.answerable and in_network(s)]
    for radius_m in RADII_M:
        area = _reach(reaching, radius_m, facts)
        part = {"class": f"reach-{radius_m:.0f}", "polygons": drawing.polygons(area, datum=datum)}
        layers.append(_shapes(f"reach_{radius_m:.0f}", "reach", [part]))
    layers.append(_shapes("borders", "borders", _borders(simple, outline, places, around, options)))
    layers.append(_stations(facts, foreign, options))
    labelled = [(d.place, density.shown(d.per_100k)) for d in facts.districts]
    names = outlines.name_labels(labelled, css="district", datum=datum)
    others = outlines.name_labels([(c, None) for c in neighbours], css="neighbour", datum=datum)
    layers.append(Drawn("names", "names", [*names, *others, *towns], scripts=shapes))
    return layers


def _shapes(key: str, pane: str, parts: Sequence[dict[str, Any]]) -> Drawn:
    return Drawn(key, "shapes", {"pane": pane, "parts": list(parts)}, scripts=("shapes.js",))


def _stations(facts: CityFacts, foreign: Sequence[Station], options: Options) -> Drawn:
    districts = [(d.place.adcode, d.place.name, d.place.name_en) for d in facts.districts]
    block = station_block(facts.stations, foreign, districts, datum=options.datum)
    scripts = ("symbols.js", "markercluster.js", "stations.js")
    return Drawn("stations", "stations", block, scripts=scripts, styles=("markercluster.css",))


def _reach(stations: Sequence[Station], radius_m: float, facts: CityFacts) -> BaseGeometry:
    lons = [station.position.lon for station in stations]
    lats = [station.position.lat for station in stations]
    return service_areas(lons, lats, radius_m, centre=facts.place.centre)


def _borders(
    districts: Sequence[BaseGeometry],
    outline: BaseGeometry,
    places: Places,
    around: BBox,
    options: Options,
) -> list[dict[str, Any]]:
    """Borders of districts, of the city, and the nation's boundary lines where they pass."""
    inner = shapely.line_merge(shapely.union_all([shape.boundary for shape in districts]))
    outer = shapely.simplify(outline.boundary, outlines.CITY_TOLERANCE_DEG)
    nation = shapely.intersection(places.boundary_lines(), shapely.box(*around))
    parts = [("border-district", inner), ("border-city", outer), ("border-nation", nation)]
    return [
        {"class": css, "lines": drawing.lines(shape, datum=options.datum)}
        for css, shape in parts
        if not shape.is_empty
    ]


def _foreign(snapshot: Snapshot, adcode: str, outline: BaseGeometry) -> list[Station]:
    """Answerable stations of other cities that may reach across the border."""
    west, south, east, north = outline.bounds
    lon, lat = snapshot.lon, snapshot.lat
    near = snapshot.answerable & (lon > west - _REACH_DEG) & (lon < east + _REACH_DEG)
    near &= (lat > south - _REACH_DEG) & (lat < north + _REACH_DEG)
    near[snapshot.rows_of_city(adcode)] = False
    rows = np.flatnonzero(near)
    close = shapely.dwithin(outline, shapely.points(lon[rows], lat[rows]), _REACH_DEG)
    return [snapshot.station(row) for row in rows[close].tolist()]


def _initial(facts: CityFacts, whole: BBox) -> BBox:
    """Where the stations are, if they fill only a part of the city."""
    sound = [s.position for s in facts.stations if s.position_quality != "suspect"]
    if len(sound) < 2:
        return whole
    lons, lats = zip(*sound, strict=True)
    west, east = np.quantile(lons, (0.02, 0.98)).tolist()
    south, north = np.quantile(lats, (0.02, 0.98)).tolist()
    return outlines.padded(BBox(west, south, east, north), _CLOSE)


def _values(
    facts: CityFacts, foreign: Sequence[Station], snapshot: Snapshot, options: Options
) -> dict[str, Any]:
    place = facts.place
    listed = [station.listed_on for station in facts.stations if station.listed_on]
    return legend.frame(snapshot.info, snapshot.revision, options) | {
        "title": Text(f"{place.name}户外劳动者驿站分布图", f"Rest stations in {place.name_en}"),
        "known": legend.known_of_published(facts),
        "figures": legend.figures(facts),
        "notes": legend.notes(facts),
        "kinds": legend.kinds_shown(facts.by_kind, {station.kind for station in foreign}),
        "districts": [
            {
                "code": district.place.adcode,
                "name": Text(district.place.name, district.place.name_en),
                "listed": f"{district.listed:,}",
                "people": outlines.people_of(district.place),
                "rate": density.shown(district.per_100k),
            }
            for district in facts.districts
        ],
        "has_list": facts.has_list,
        "has_suspects": facts.suspects > 0,
        "has_foreign": bool(foreign),
        "has_clusters": is_clustered(len(facts.stations) + len(foreign)),
        "has_base": options.base_map is not None,
        "has_tiles": options.tiles is not None,
        "sources": legend.sources(facts.declarations),
        "listed_on": max(listed) if listed else None,
        "index": options.links.index,
    }
