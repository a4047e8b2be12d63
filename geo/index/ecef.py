"""Geocentric coordinates and what a chord says about the geodesic that it spans.

With chord c, geodesic s and R = b²/a, the smallest radius of curvature of the ellipsoid:
c ≤ s, because a straight line is shortest; and s ≤ 2R·asin(c/2R) for c ≤ 2R, because an arc
nowhere more curved than a circle is no longer than that circle's arc over the same chord
(Schur's comparison theorem).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# WGS-84: semi-major axis in metres, flattening (NIMA TR8350.2).
A_M = 6378137.0
_F = 1.0 / 298.257223563
_E2 = _F * (2.0 - _F)
_B_M = A_M * (1.0 - _F)
# The smallest radius of curvature, b²/a: along the meridian at the equator.
SMALLEST_RADIUS_M = _B_M * _B_M / A_M


def ecef(lon: float, lat: float) -> tuple[float, float, float]:
    """Geocentric x, y, z in metres of a point on the ellipsoid, given in degrees."""
    lam, phi = math.radians(lon), math.radians(lat)
    sin_phi, cos_phi = math.sin(phi), math.cos(phi)
    normal = A_M / math.sqrt(1.0 - _E2 * sin_phi * sin_phi)
    return (
        normal * cos_phi * math.cos(lam),
        normal * cos_phi * math.sin(lam),
        normal * (1.0 - _E2) * sin_phi,
    )


def ecef_array(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Geocentric coordinates in metres, shape (n, 3), of points given in degrees."""
    lam, phi = np.radians(lon), np.radians(lat)
    sin_phi, cos_phi = np.sin(phi), np.cos(phi)
    normal = A_M / np.sqrt(1.0 - _E2 * sin_phi**2)
    across = normal * cos_phi
    return np.column_stack(
        (across * np.cos(lam), across * np.sin(lam), normal * (1.0 - _E2) * sin_phi)
    )


def surface_point(xyz: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude in degrees near points of shape (n, 3) that lie inside the Earth."""
    x, y, z = xyz.T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y) * (1.0 - _E2)))


def longest_geodesic_m(chord_m: Floats) -> Floats:
    """The upper bound above: no geodesic over this chord is longer. Infinite beyond 2R."""
    ratio = chord_m / (2.0 * SMALLEST_RADIUS_M)
    arc: Floats = 2.0 * SMALLEST_RADIUS_M * np.arcsin(np.minimum(ratio, 1.0))
    return np.where(ratio <= 1.0, arc, np.inf)


def arc_m(start: Floats, end: Floats, chord_m: Floats) -> Floats:
    """Geodesics in metres from the chords between points of shape (n, 3); see ``ARC_LIMIT_M``.

    Over a short distance the geodesic is an arc of the circle whose curvature is that of
    the ellipsoid at the middle in this direction (Euler's theorem): 1/R = cos²α/M + sin²α/N.
    The arc is s = c·(1 + c²/24R² + 3c⁴/640R⁴).
    """
    middle = start + end
    x, y, z = middle.T
    across = np.hypot(x, y)
    tan_phi = z / np.maximum(across * (1.0 - _E2), 1e-9)
    sin2_phi = tan_phi**2 / (1.0 + tan_phi**2)
    w = 1.0 - _E2 * sin2_phi
    normal = A_M / np.sqrt(w)
    meridian = normal * (1.0 - _E2) / w
    step = end - start
    eastward = (step[:, 1] * x - step[:, 0] * y) / np.maximum(across, 1e-9)
    sin2_azimuth = np.divide(
        eastward**2, chord_m**2, out=np.zeros_like(chord_m), where=chord_m > 0.0
    )
    curvature = (1.0 - sin2_azimuth) / meridian + sin2_azimuth / normal
    u = (chord_m * curvature) ** 2
    arc: Floats = chord_m * (1.0 + u / 24.0 + 3.0 * u * u / 640.0)
    return arc
