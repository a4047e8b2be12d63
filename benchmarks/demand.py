"""The people of districts on a grid of 250 m, against an overlay of GeoPandas.

``scripts/bench demand [--quick]``
"""

import sys
import time

import geopandas
import numpy as np
import shapely

from benchmarks.report import console, machine, table
from geo.demand import Demand, district_demand
from geo.places import Places, load_places
from geo.plane import Plane

_CELL_M = 250
_HENAN = "410000"


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    places = load_places()
    city = places.get("419001" if quick else "411300", "city")
    start = time.process_time()
    demand = district_demand(places, city.adcode, fine_m=_CELL_M, coarse_m=_CELL_M)
    ours = time.process_time() - start
    start = time.process_time()
    people = _overlaid(places, demand)
    peer = time.process_time() - start
    table(
        f"{city.name_en}: the people of {len(demand.by_district)} districts on squares of 250 m",
        ("engine", "CPU seconds", "× ours", "cells", "people"),
        [
            ("yizhan district_demand", ours, 1.0, len(demand.cells), demand.cells.people.sum()),
            ("geopandas.overlay", peer, peer / ours, len(people), people.sum()),
        ],
    )
    start = time.process_time()
    cities = places.cities_of(_HENAN)
    count = sum(len(_near_stations(places, place.adcode).cells) for place in cities)
    console.print(
        f"Henan, 250 m near 500 places in each city and 1 km elsewhere: {count:,} cells in "
        f"{time.process_time() - start:.1f} s of CPU"
    )


def _near_stations(places: Places, adcode: str) -> Demand:
    box = places.get(adcode, "city").bbox
    rng = np.random.default_rng(int(adcode))
    lon, lat = rng.uniform((box.west, box.south), (box.east, box.north), (500, 2)).T
    return district_demand(places, adcode, near=(lon, lat))


def _overlaid(places: Places, demand: Demand) -> np.ndarray:
    """People by cell as GeoPandas has it: squares cut by districts, density times area."""
    plane = Plane(places.get(demand.city, "city").centre)
    codes = list(demand.by_district)
    shapes = [plane.shape(places.outline(code, "district")) for code in codes]
    density = [
        (demand.by_district[code] or 0.0) / shape.area
        for code, shape in zip(codes, shapes, strict=True)
    ]
    districts = geopandas.GeoDataFrame({"density": density}, geometry=shapes, crs=plane.crs)
    west, south, east, north = np.floor(districts.total_bounds / _CELL_M) * _CELL_M
    x, y = np.meshgrid(
        np.arange(west, east + _CELL_M, _CELL_M), np.arange(south, north + _CELL_M, _CELL_M)
    )
    squares = shapely.box(x.ravel(), y.ravel(), x.ravel() + _CELL_M, y.ravel() + _CELL_M)
    grid = geopandas.GeoDataFrame(geometry=squares, crs=plane.crs)
    cut = geopandas.overlay(grid, districts, how="intersection", keep_geom_type=True)
    people: np.ndarray = (cut["density"] * cut.area).to_numpy()
    return people


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
