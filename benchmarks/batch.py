"""A planner's question: a million points to their nearest station, against GeoPandas.

``scripts/bench batch [--quick]``
"""

import sys
import time

import geopandas
import numpy as np

from benchmarks.data import NATION, clustered
from benchmarks.report import console, machine, table
from geo.geodesic import GEOD
from geo.index.bulk import BulkSearch
from geo.index.nearest import NearestSearch

# Albers conic for China: GeoPandas needs a plane.
_PLANE = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=30 +lon_0=110 +ellps=WGS84"


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    count = 100_000 if quick else 1_000_000
    lon, lat = clustered(NATION, 1)
    x, y = clustered(count, 9)
    start = time.perf_counter()
    bulk = BulkSearch(np.arange(NATION), lon, lat, NearestSearch(np.arange(NATION), lon, lat))
    rows, distances = bulk.nearest(x, y, 1)
    ours = time.perf_counter() - start

    stations = geopandas.GeoSeries.from_xy(lon, lat, crs=4326).to_crs(_PLANE).to_frame("geometry")
    points = geopandas.GeoSeries.from_xy(x, y, crs=4326).to_crs(_PLANE).to_frame("geometry")
    start = time.perf_counter()
    joined = geopandas.sjoin_nearest(points, stations, how="left")
    peer = time.perf_counter() - start
    theirs = joined[~joined.index.duplicated()]["index_right"].to_numpy()

    _, _, exact = GEOD.inv(x, y, lon[rows[:, 0]], lat[rows[:, 0]])
    _, _, other = GEOD.inv(x, y, lon[theirs], lat[theirs])
    table(
        f"{count:,} points → {NATION:,} stations",
        ("engine", "seconds", "× ours", "farther than the nearest"),
        [
            ("yizhan nearest_many (index included)", ours, 1.0, int((exact > other + 1e-6).sum())),
            ("geopandas.sjoin_nearest", peer, peer / ours, int((other > exact + 1e-6).sum())),
        ],
    )
    error = float(np.abs(distances[:, 0] - exact).max())
    console.print(f"largest difference of our distances from Geod: {error:.1e} m")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
