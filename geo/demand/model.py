"""Demand: the people whom stations are for, as densities, and as units that a solver can place.

Positions and outlines are WGS-84 degrees, ``lon, lat``; areas are on the ellipsoid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.apportion import apportioned
from geo.demand.outlines import Outlines
from geo.planning.model import DemandBasis, Method
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# "remainder": people of the city of whom the census does not say in which district they are.
Stratum = Literal["all", "urban", "rural", "remainder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a ``district`` over which ``people`` are spread evenly.

    Pieces of the stratum ``remainder`` lie over others, and their people are added: they count
    for the city and for no district.
    """

    district: str
    stratum: Stratum
    outline: BaseGeometry
    people: float
    area_m2: float

    @property
    def per_m2(self) -> float:
        """People on a square metre."""
        return self.people / self.area_m2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One way to spread a city's people over it; ``label`` says which."""

    code: Literal["urban_rural", "uniform"]
    label: Text
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Units of demand, n of them: parts of squares, cells of a user's grid, or points.

    No cell lies in two districts; ``district`` is its index in ``adcodes``. ``lon``, ``lat`` is
    where its people are on average; ``size_m`` is the side of the square that it is (a part of),
    or the root of the area of a cell that is no square, 0 of a point. Only cells with people
    are listed; people are not rounded.
    """

    lon: Floats
    lat: Floats
    people: Floats
    size_m: Floats
    district: Ints
    adcodes: Sequence[str]
    outlines: Outlines

    def __len__(self) -> int:
        return len(self.people)

    def by_district(self) -> Floats:
        """The people of each of ``adcodes``."""
        sums: Floats = np.bincount(
            self.district, weights=self.people, minlength=len(self.adcodes)
        ).astype(np.float64)
        return sums

    def whole_people(self) -> Ints:
        """The people of each cell as whole numbers, by largest remainders.

        They sum to the rounded people of all, and in each district to its people, up to less
        than one.
        """
        whole = np.zeros(len(self), dtype=np.int64)
        if not len(self):
            return whole
        sums = self.by_district()
        for number, total in enumerate(apportioned(sums, round(sums.sum())).tolist()):
            own = self.district == number
            if total:
                whole[own] = apportioned(self.people[own], total)
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The people of one city, and how finely it is known where they are.

    ``basis`` tells what to compute with: ``district`` has the pieces of its ``spreads`` (the
    first is the default, and the one that ``cells`` are of); ``grid`` and ``points`` have
    cells alone and no spread. ``people`` is ``None`` where they are unknown, ``by_district``
    likewise; ``remainder`` are people of the city and of no district. ``digest`` changes with
    whatever could change a result. ``notes`` belong on everything that is made of it.
    """

    city: str
    basis: DemandBasis
    label: Text
    people: float | None
    by_district: Mapping[str, float | None]
    remainder: float
    spreads: Sequence[Spread]
    cells: Cells
    notes: Sequence[Text]
    methods: Sequence[Method]
    digest: str
