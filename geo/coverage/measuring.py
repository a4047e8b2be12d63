"""The coverage of one city under any lens: sums over the faces of its stations' circles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.faces import Faces, faces_of
from geo.coverage.land import Land
from geo.coverage.lenses import Counting
from geo.coverage.model import Band, Coverage, Covered, Threshold
from geo.coverage.reach import Reach, ReachOf, straight_line
from geo.places import Place

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Measurer:
    """Measures stations at n positions (degrees) on the land of a city, by straight lines.

    With another ``reach_of``, thresholds are reached in another way, as along streets.
    """

    lon: Floats
    lat: Floats
    land: Land
    city: Place
    reach_of: ReachOf = straight_line
    _faces: dict[Reach, Faces] = field(default_factory=dict)

    def coverage(self, counting: Counting, threshold: Threshold, *, drawn: bool) -> Coverage:
        """The coverage under a lens; with its shapes if it is to be ``drawn``."""
        city, *districts = self.covered(counting.certain, counting.possible, threshold)
        return Coverage(
            threshold=threshold,
            lens=counting.lens,
            city=city,
            districts=districts,
            stations=int(counting.certain.sum()),
            possible=int(counting.possible.sum()),
            position_band=None,
            unmeasured=0,
            covered=self.outline(counting.certain, threshold, times=1) if drawn else None,
            backup=self.outline(counting.certain, threshold, times=2) if drawn else None,
        )

    def outline(self, counted: Mask, threshold: Threshold, *, times: int) -> BaseGeometry:
        """What so many of the counted stations reach at least, WGS-84."""
        faces = self.faces(threshold)
        shape = faces.outline(faces.counts(counted) >= times, self.land)
        outline: BaseGeometry = self.land.plane.outlines(np.array([shape], dtype=object))[0]
        return outline

    def covered(self, certain: Mask, possible: Mask, threshold: Threshold) -> list[Covered]:
        """What is reached of the city, and then of each district."""
        return self._places(self._reached(certain, possible, threshold))

    def built_up(self, certain: Mask, possible: Mask, threshold: Threshold) -> Covered | None:
        """What is reached of the city's built-up land; ``None`` if that is not known."""
        built = [nth for nth, part in enumerate(self.land.parts) if part.land == "built_up"]
        if not built:
            return None
        own = np.stack([part.per_m2 for part in self.land.parts])[built]
        people = float((own * self.land.area_m2[built, None]).sum(axis=0)[0])
        reached = self._reached(certain, possible, threshold)
        return reached.of(self.city.adcode, built, float(self.land.area_m2[built].sum()), people)

    def faces(self, threshold: Threshold) -> Faces:
        """The faces at a threshold, made once for all that are reached alike."""
        reach = self.reach_of(threshold)
        if reach not in self._faces:
            self._faces[reach] = faces_of(self.lon, self.lat, reach, self.land)
        return self._faces[reach]

    def _reached(self, certain: Mask, possible: Mask, threshold: Threshold) -> "_Reached":
        faces, parts = self.faces(threshold), len(self.land.parts)
        low, high = faces.counts(certain), faces.counts(certain | possible)
        chosen = [low >= 1, high >= 1, low >= 2, high >= 2]
        return _Reached(
            [faces.area.by_part(each, parts) for each in chosen],
            [faces.people.by_part(each, parts) for each in chosen] if faces.people else None,
        )

    def _places(self, reached: "_Reached") -> list[Covered]:
        land, demand = self.land, self.land.demand
        everywhere = [*range(len(land.parts)), -1]
        total_m2 = float(land.area_m2.sum())
        found = [reached.of(self.city.adcode, everywhere, total_m2, demand.people)]
        for nth, district in enumerate(land.districts):
            at = np.flatnonzero(land.district_of == nth).tolist()
            people = demand.by_district.get(district.adcode)
            found.append(reached.of(district.adcode, at, float(land.area_m2[at].sum()), people))
        return found


@dataclass(frozen=True)
class _Reached:
    """Square metres and people by part: once at least and at most, twice at least and at most."""

    area: Sequence[Floats]
    people: Sequence[Floats] | None

    def of(self, adcode: str, parts: list[int], area_m2: float, people: float | None) -> Covered:
        """What is reached of some parts together."""
        once, at_most, twice, twice_at_most = (each[parts].sum() / 1e6 for each in self.area)
        known = self.people is not None and people is not None
        sums = [each[parts].sum(axis=0) for each in self.people or ()]
        return Covered(
            adcode=adcode,
            area_km2=area_m2 / 1e6,
            area=Band(float(once), float(at_most)),
            area_backup=Band(float(twice), float(twice_at_most)),
            people_total=round(people) if people is not None else None,
            people=_between(sums[0], sums[1]) if known else None,
            people_backup=_between(sums[2], sums[3]) if known else None,
        )


def _between(low: Floats, high: Floats) -> Band:
    """From the least of the spreads to the most."""
    return Band(float(low.min()), float(high.max()))
