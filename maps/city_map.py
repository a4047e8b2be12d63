"""The map of one city: what is listed, what it reaches, and who lives there."""

from collections.abc import Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.coverage.areas import service_areas
from geo.places import Places
from geo.snapshot import Snapshot
from geo.station import Station
from geo.text import Text
from maps import density, legend, outlines
from maps.facts import CityFacts, city_facts, in_network
from maps.ground import Ground, area, shapes
from maps.layers import Drawn, Panel
from maps.options import DEFAULT, Options
from maps.page import Page, RenderedPage
from maps.stations import is_clustered, station_layer

RADII_M = (1000.0, 500.0)


def render_city(
    places: Places, snapshot: Snapshot, adcode: str, options: Options = DEFAULT
) -> RenderedPage:
    """The page of a city. Equal input gives equal bytes.

    Raises :class:`~geo.errors.NotFoundError` for an unknown adcode and
    :class:`~geo.errors.InputError` for one that is no city.
    """
    facts = city_facts(places, snapshot, adcode)
    ground = Ground(places, facts.place, [each.place for each in facts.districts], options)
    foreign = ground.foreign(snapshot)
    page = Page(
        "city.html",
        _values(facts, foreign, snapshot, options),
        pages={options.links.index},
        image_hosts=options.image_hosts,
    )
    canvas = ground.canvas(facts.stations)
    for layer in _layers(ground, facts, foreign, options):
        canvas.add_child(layer)
    canvas.add_child(Panel())
    page.add_child(canvas)
    return page.rendered()


def _layers(
    ground: Ground, facts: CityFacts, foreign: Sequence[Station], options: Options
) -> list[Drawn]:
    parts = outlines.district_parts(facts, ground.districts, datum=options.datum)
    districts = Drawn(
        "districts",
        "districts",
        {"pane": "ground", "parts": list(parts)},
        scripts=("shapes.js",),
        show=not options.tiles,
    )
    reaching = [s for s in (*facts.stations, *foreign) if s.answerable and in_network(s)]
    reach = []
    for radius_m in RADII_M:
        key = f"{radius_m:.0f}"
        part = area(f"reach-{key}", _reach(reaching, radius_m, facts), options)
        reach.append(shapes(f"reach_{key}", "reach", [part]))
    return [
        *ground.backdrop(),
        districts,
        *ground.base(),
        *reach,
        ground.borders(),
        station_layer(
            facts.stations,
            foreign,
            [each.place for each in facts.districts],
            datum=options.datum,
            clustered=is_clustered(len(facts.stations) + len(foreign)),
        ),
        ground.names((each.place, density.shown(each.per_100k)) for each in facts.districts),
    ]


def _reach(stations: Sequence[Station], radius_m: float, facts: CityFacts) -> BaseGeometry:
    lons = [station.position.lon for station in stations]
    lats = [station.position.lat for station in stations]
    return service_areas(lons, lats, radius_m, centre=facts.place.centre)


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
        "framed": options.links.framed,
    }
