"""The index of all cities: one map of the provinces, and a table that links to each city."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from geo.places import Place, Places
from geo.position import BBox
from geo.snapshot import Snapshot
from geo.text import Text
from maps import assets, density, drawing, legend, outlines
from maps.city_map import render_city
from maps.facts import CityFacts, city_facts
from maps.layers import Drawn, OfflineMap, Panel
from maps.options import DEFAULT, Options
from maps.page import Page, RenderedPage

Progress = Callable[[str, int, int], None]


def cities_of(places: Places, snapshot: Snapshot) -> list[Place]:
    """The cities of every province that the catalogue declares, by adcode."""
    return [city for province in snapshot.info.provinces for city in places.cities_of(province)]


def render_index(
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    drawn: Collection[str] | None = None,
) -> RenderedPage:
    """The page that leads to every city of the provinces that the catalogue declares.

    If ``drawn`` (adcodes) is given, the page is of their provinces and leads to them alone.
    """
    provinces = _provinces(places, snapshot, drawn)
    cities = [
        city_facts(places, snapshot, city.adcode)
        for province in provinces
        for city in places.cities_of(province.adcode)
    ]
    links = {
        facts.place.adcode: options.links.of_city(facts.place.adcode)
        for facts in cities
        if drawn is None or facts.place.adcode in drawn
    }
    page = Page(
        "index.html",
        _values(provinces, cities, snapshot, options, links),
        pages=set(links.values()),
        image_hosts=options.image_hosts,
    )
    whole = outlines.padded(outlines.extent([facts.place for facts in cities]), 0.03)
    canvas = OfflineMap(initial=whole, whole=whole, datum=options.datum, tiles=options.tiles)
    for layer in _layers(places, cities, whole, options, links):
        canvas.add_child(layer)
    canvas.add_child(Panel())
    page.add_child(canvas)
    return page.rendered()


def write_maps(
    folder: Path,
    places: Places,
    snapshot: Snapshot,
    cities: Sequence[Place],
    options: Options,
    *,
    progress: Progress = lambda _name, _done, _total: None,
) -> list[Path]:
    """Write the pages of some cities, the index of all, and the assets. Gives back the pages.

    ``progress`` is told the city that was drawn, how many are done, and how many there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    assets.write(folder)
    written = []
    for done, city in enumerate(cities, 1):
        path = folder / options.links.of_city(city.adcode)
        path.write_text(render_city(places, snapshot, city.adcode, options).html, encoding="utf-8")
        written.append(path)
        progress(city.name, done, len(cities))
    index = folder / options.links.index
    drawn = {city.adcode for city in cities}
    page = render_index(places, snapshot, options, drawn=drawn)
    index.write_text(page.html, encoding="utf-8")
    return [*written, index]


def _provinces(places: Places, snapshot: Snapshot, drawn: Collection[str] | None) -> list[Place]:
    if drawn is None:
        return [places.get(adcode, "province") for adcode in snapshot.info.provinces]
    parents = {places.get(adcode, "city").parent for adcode in drawn}
    return [province for province in places.provinces if province.adcode in parents]


def _layers(
    places: Places,
    cities: Sequence[CityFacts],
    whole: BBox,
    options: Options,
    links: Mapping[str, str],
) -> list[Drawn]:
    datum = options.datum
    simple = outlines.simplified(
        [places.outline(facts.place.adcode, "city") for facts in cities],
        outlines.PROVINCE_TOLERANCE_DEG,
    )
    parts = []
    for facts, outline in zip(cities, simple, strict=True):
        part = outlines.area_part(
            facts.place, outline, rate=facts.per_100k, facts=_lines(facts), datum=datum
        )
        parts.append(part | {"href": links.get(facts.place.adcode)})
    borders = shapely.line_merge(shapely.union_all([shape.boundary for shape in simple]))
    nation = shapely.intersection(places.boundary_lines(), shapely.box(*whole))
    lines = [
        {"class": css, "lines": drawing.lines(shape, datum=datum)}
        for css, shape in (("border-city", borders), ("border-nation", nation))
        if not shape.is_empty
    ]
    labels = [(facts.place, _count(facts)) for facts in cities]
    shapes = ("shapes.js",)
    return [
        Drawn("districts", "districts", {"pane": "ground", "parts": parts}, scripts=shapes),
        Drawn("borders", "shapes", {"pane": "borders", "parts": lines}, scripts=shapes),
        Drawn(
            "names",
            "names",
            outlines.name_labels(labels, css="district", datum=datum),
            scripts=shapes,
        ),
    ]


def _lines(facts: CityFacts) -> list[tuple[Sequence[str], str]]:
    published = facts.completeness
    return [
        (("已知站点", "Known stations"), _count(facts)),
        *([(("公布站点", "Published stations"), f"{published.published:,}")] if published else []),
        (("人口", "People"), outlines.people_of(facts.place)),
        (("每10万人", "Per 100,000 people"), density.shown(facts.per_100k)),
    ]


def _count(facts: CityFacts) -> str:
    return f"{len(facts.stations):,}" if facts.has_list else "?"


def _values(
    provinces: Sequence[Place],
    cities: Sequence[CityFacts],
    snapshot: Snapshot,
    options: Options,
    links: Mapping[str, str],
) -> dict[str, Any]:
    spoken_of = {each for facts in cities for each in facts.declarations}
    title = Text(
        f"{'、'.join(place.name for place in provinces)}户外劳动者驿站",
        f"Rest stations in {', '.join(place.name_en for place in provinces)}",
    )
    return legend.frame(snapshot.info, snapshot.revision, options) | {
        "title": title,
        "cities": [
            {
                "name": Text(facts.place.name, facts.place.name_en),
                "href": links.get(facts.place.adcode),
                "count": _count(facts),
                "has_list": facts.has_list,
                "known": legend.known_of_published(facts),
                "people": outlines.people_of(facts.place),
                "rate": density.shown(facts.per_100k),
            }
            for facts in cities
        ],
        "hand_in": legend.HAND_IN,
        "without_list": sum(not facts.has_list for facts in cities),
        "sources": legend.sources(d for d in snapshot.info.declarations if d in spoken_of),
        "listed_on": None,
    }
