"""How far outside an outline points lie."""

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.geodesic import GEOD


def distances_outside_m(
    outline: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Geodesic distance in metres from each point to the outline; 0 inside and on it.

    ``lon`` and ``lat`` are degrees WGS-84, shape (n,). The nearest point of the outline
    is found in an azimuthal equidistant projection around the outline, whose distortion
    is a few metres per 100 km and does not touch the distance itself: that is measured
    on the ellipsoid.
    """
    shapely.prepare(outline)
    distances = np.zeros(len(lon))
    outside = ~shapely.intersects_xy(outline, lon, lat)
    if outside.any():
        distances[outside] = _distances_m(outline, lon[outside], lat[outside])
    return distances


def _distances_m(
    outline: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    west, south, east, north = shapely.bounds(outline)
    plane = pyproj.Proj(proj="aeqd", lon_0=(west + east) / 2, lat_0=(south + north) / 2)
    flat = shapely.transform(
        outline, lambda degrees: np.column_stack(plane(degrees[:, 0], degrees[:, 1]))
    )
    links = shapely.shortest_line(flat, shapely.points(*plane(lon, lat)))
    nearest = shapely.get_coordinates(links)[::2]
    near_lon, near_lat = plane(nearest[:, 0], nearest[:, 1], inverse=True)
    _, _, distances = GEOD.inv(lon, lat, near_lon, near_lat)
    return np.asarray(distances, dtype=np.float64)
