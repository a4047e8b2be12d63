"""Indexes of cells: one small file for each city, its stations' names, and the list of cities."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import orjson
import pyarrow.compute as pc
import shapely

from geo.catalogue import SYNTHETIC
from geo.cells.stations import VERSION, StationCells
from geo.cells.tiles import ZOOM, tiles_of
from geo.places import Place, Places
from geo.snapshot.arrays import indices_of
from geo.text import Text
from geo.vocabulary import vocabulary

_PLACES_DECIMALS: Final = 4
# Some 50 m: a border on a phone, not a survey.
OUTLINE_TOLERANCE_DEG: Final = 0.0005


def city_index(
    cells: StationCells, digests: Mapping[str, str], places: Places, city: Place, note: Text | None
) -> bytes:
    """What a phone revalidates: which cells a city has, and the address of each.

    ``digests`` gives for each tile of the city (``x/y``) what its address carries; ``note`` is
    what is to be said of the list, such as how complete it is.
    """
    snapshot = cells.snapshot
    info = snapshot.info
    content = {
        "version": VERSION,
        "zoom": ZOOM,
        "city": city.adcode,
        "name": _name(city),
        "at": _at(city),
        "revision": info.revision,
        "listed_on": _listed_on(cells, city),
        "list_published": info.lists_stations_of(city.adcode, city.parent),
        "label": SYNTHETIC._asdict() if info.synthetic else None,
        "markets": _markets(cells, city),
        "note": note._asdict() if note else None,
        "districts": [
            {"adcode": each.adcode, "name": _name(each), "at": _at(each)}
            for each in places.districts_of(city)
        ],
        "cells": {
            tile.key: [digests[tile.key], cells.count(tile)]
            for tile in cells.tiles_of_city(city.adcode)
        },
    }
    return orjson.dumps(content)


def city_names(cells: StationCells, city: Place) -> bytes:
    """What is searched in a city: ``[id, name, address, tile]`` of each of its stations."""
    snapshot = cells.snapshot
    rows = snapshot.rows_of_city(city.adcode)
    rows = rows[snapshot.answerable[rows]]
    x, y = tiles_of(snapshot.lon[rows], snapshot.lat[rows])
    columns = [
        snapshot.column(name).take(indices_of(rows)).to_pylist()
        for name in ("id", "name", "address")
    ]
    keys = [f"{column}/{row}" for column, row in zip(x.tolist(), y.tolist(), strict=True)]
    return orjson.dumps({"version": VERSION, "stations": list(zip(*columns, keys, strict=True))})


def city_outline(places: Places, city: Place) -> bytes:
    """The borders of a city's districts for a small map: ``rings`` of ``[lon, lat]``.

    Simplified by :data:`OUTLINE_TOLERANCE_DEG`, shared borders alike on both sides.
    """
    districts = [places.outline(each.adcode, "district") for each in places.districts_of(city)]
    outlines = districts or [places.outline(city.adcode, "city")]
    simple = shapely.coverage_simplify(outlines, OUTLINE_TOLERANCE_DEG)
    rings = [
        np.round(shapely.get_coordinates(polygon.exterior), _PLACES_DECIMALS).tolist()
        for outline in simple
        for polygon in shapely.get_parts(outline)
    ]
    return orjson.dumps({"version": VERSION, "rings": rings})


def city_list(cells: StationCells, cities: Sequence[Place]) -> bytes:
    """Every city with the box of its tiles, so that a phone knows which cities may be near it.

    A box is ``[west, north, east, south]`` as columns and rows of tiles, ``null`` where no
    station is listed.
    """
    snapshot = cells.snapshot
    content = {
        "version": VERSION,
        "zoom": ZOOM,
        "revision": snapshot.info.revision,
        "label": SYNTHETIC._asdict() if snapshot.info.synthetic else None,
        "cities": [
            {
                "adcode": city.adcode,
                "name": _name(city),
                "at": _at(city),
                "box": _box(cells, city),
            }
            for city in cities
        ],
    }
    return orjson.dumps(content)


def _box(cells: StationCells, city: Place) -> list[int] | None:
    tiles = np.array(cells.tiles_of_city(city.adcode))
    if not len(tiles):
        return None
    return [*tiles.min(axis=0).tolist(), *tiles.max(axis=0).tolist()]


def _markets(cells: StationCells, city: Place) -> int:
    """How many odd-job markets, stations and inns a city's list has."""
    codes, kinds = cells.snapshot.codes("kind")
    work = vocabulary().kinds_of_group("work")
    wanted = [code for code, kind in enumerate(kinds) if kind in work]
    rows = cells.snapshot.rows_of_city(city.adcode)
    return int(np.isin(codes[rows], wanted).sum())


def _listed_on(cells: StationCells, city: Place) -> date | None:
    """The newest date that the city's list states."""
    dates = cells.snapshot.column("listed_on").take(
        indices_of(cells.snapshot.rows_of_city(city.adcode))
    )
    newest: date | None = pc.max(dates).as_py()
    return newest


def _name(place: Place) -> dict[str, Any]:
    return {"zh": place.name, "en": place.name_en}


def _at(place: Place) -> list[float]:
    return [round(degrees, _PLACES_DECIMALS) for degrees in place.centre]
