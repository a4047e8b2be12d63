"""Coverage of one city, asked for by lens and threshold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.geodesic import GEOD
from geo.planning.gaps import Ground, Part
from geo.planning.lenses import Counting
from geo.planning.model import Band, Coverage, Covered, Threshold
from geo.planning.scope import Mask, Scope

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


class Reach(NamedTuple):
    """What is reached once and twice, in the plane."""

    once: BaseGeometry
    twice: BaseGeometry


@dataclass(frozen=True)
class Measurer:
    """Measures the coverage of one scope."""

    scope: Scope
    land: Ground
    _drawn: dict[float, Shapes] = field(default_factory=dict)

    def coverage(self, counting: Counting, threshold: Threshold, *, drawn: bool) -> Coverage:
        """The coverage under a lens; with its shapes if it is to be ``drawn``."""
        certain = self.reach(counting.certain, threshold)
        possible = self.reach(counting.certain | counting.possible, threshold)
        place, districts = self.scope.place, self.land.districts
        return Coverage(
            threshold=threshold,
            lens=counting.lens,
            city=self._covered(place.adcode, certain, possible, range(len(self.land.parts))),
            districts=[
                self._covered(
                    each.adcode,
                    certain,
                    possible,
                    [n for n, p in enumerate(self.land.parts) if p.district == each.adcode],
                )
                for each in districts
            ],
            stations=int(counting.certain.sum()),
            possible=int(counting.possible.sum()),
            position_band=None,
            unmeasured=0,
            covered=self._outline(certain.once) if drawn else None,
            backup=self._outline(certain.twice) if drawn else None,
        )

    def reach(self, counted: Mask, threshold: Threshold) -> Reach:
        """What is reached once and twice."""
        circles = self._circles(threshold.radius_m)[counted]
        one, other = shapely.STRtree(circles).query(circles, predicate="intersects")
        once = one < other
        pairs = shapely.intersection(circles[one[once]], circles[other[once]])
        return Reach(
            shapely.intersection(shapely.union_all(circles), self._city),
            shapely.intersection(shapely.union_all(pairs), self._city),
        )

    def _outline(self, shape: BaseGeometry) -> BaseGeometry:
        outline: BaseGeometry = self.land.plane.outlines(np.array([shape], dtype=object))[0]
        return outline

    @cached_property
    def _city(self) -> BaseGeometry:
        return shapely.union_all([part.shape for part in self.land.parts])

    def _circles(self, radius_m: float) -> Shapes:
        """The circle around each station: 64 corners, as large as the circle."""
        if radius_m not in self._drawn:
            corners = np.linspace(0.0, 360.0, 64, endpoint=False)
            count = len(self.scope.lon)
            lon, lat, _ = GEOD.fwd(
                np.repeat(self.scope.lon, 64),
                np.repeat(self.scope.lat, 64),
                np.tile(corners, count),
                np.full(64 * count, radius_m * 1.000804),
            )
            x, y = self.land.plane.xy(np.asarray(lon), np.asarray(lat))
            corners_of_each = np.stack([x, y], axis=-1).reshape(count, 64, 2)
            self._drawn[radius_m] = np.asarray(shapely.polygons(corners_of_each))
        return self._drawn[radius_m]

    def _covered(
        self,
        adcode: str,
        certain: Reach,
        possible: Reach,
        parts: Sequence[int],
    ) -> Covered:
        whole = [self.land.parts[n] for n in parts]
        area_m2, total = self._of(self._city, whole)
        low, low_people = self._of(certain.once, whole)
        high, high_people = self._of(possible.once, whole)
        low_twice, low_people_twice = self._of(certain.twice, whole)
        high_twice, high_people_twice = self._of(possible.twice, whole)
        known = self.land.demand.people is not None
        return Covered(
            adcode=adcode,
            area_km2=area_m2 / 1e6,
            area=Band(low / 1e6, high / 1e6),
            area_backup=Band(low_twice / 1e6, high_twice / 1e6),
            people_total=round(float(total[0])) if known else None,
            people=_band(low_people, high_people) if known else None,
            people_backup=_band(low_people_twice, high_people_twice) if known else None,
        )

    def _of(self, shape: BaseGeometry, parts: Sequence[Part]) -> tuple[float, Floats]:
        shapes = np.array([part.shape for part in parts], dtype=object)
        areas = shapely.area(shapely.intersection(shape, shapes))
        per_m2 = np.stack([part.per_m2 for part in parts])
        return float(areas.sum()), areas @ per_m2


def _band(low: Floats, high: Floats) -> Band:
    return Band(float(low.min()), float(high.max()))
