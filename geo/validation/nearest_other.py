"""How far each point is from the nearest of the others."""

import numpy as np
import pyproj
from numpy.typing import NDArray

from geo.geodesic import GEOD


def nearest_other_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], trusted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Geodesic metres from each point (degrees WGS-84, shape (n,)) to the nearest trusted other.

    Infinite where there is none. The neighbour is found in an azimuthal equidistant plane
    around the trusted points and measured on the ellipsoid.
    """
    # A service that only answers passes through this package, and need not carry SciPy.
    from scipy.spatial import cKDTree  # noqa: PLC0415

    distances = np.full(len(lon), np.inf)
    others = np.flatnonzero(trusted)
    if not len(others):
        return distances
    plane = pyproj.Proj(proj="aeqd", lon_0=lon[others].mean(), lat_0=lat[others].mean())
    points = np.column_stack(plane(lon, lat))
    _, found = cKDTree(points[others]).query(points, k=[1, 2])
    for at, candidates in enumerate(np.asarray(found).tolist()):
        near = [others[c] for c in candidates if c < len(others) and others[c] != at][:1]
        for other in near:
            _, _, distances[at] = GEOD.inv(lon[at], lat[at], lon[other], lat[other])
    return distances
