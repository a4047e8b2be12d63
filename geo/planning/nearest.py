"""The nearest station that counts, whatever city it is of."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.index.bulk import BulkSearch
from geo.index.nearest import NearestSearch
from geo.position import Position
from geo.snapshot import Snapshot


class NearestStation(NamedTuple):
    """A station and how far it is by the geodesic."""

    id: str
    name: str
    distance_m: float


class NearestCounted:
    """Finds the nearest of all stations that are open, of sound position and of some kinds."""

    def __init__(self, snapshot: Snapshot, kinds: frozenset[str]) -> None:
        codes, names = snapshot.codes("kind")
        wanted = [code for code, name in enumerate(names) if name in kinds]
        rows = np.flatnonzero(snapshot.answerable & np.isin(codes, wanted))
        lon, lat = snapshot.lon[rows], snapshot.lat[rows]
        self._snapshot = snapshot
        self._search = BulkSearch(rows, lon, lat, NearestSearch(rows, lon, lat))

    def of(self, positions: Sequence[Position]) -> list[NearestStation | None]:
        """The nearest of each position; ``None`` where there is no station at all."""
        lon, lat = np.array(positions, dtype=np.float64).reshape(-1, 2).T
        rows, distances = self._search.nearest(lon, lat, 1)
        return [
            self._station(row, distance)
            for row, distance in zip(rows[:, 0].tolist(), distances[:, 0].tolist(), strict=True)
        ]

    def _station(self, row: int, distance_m: float) -> NearestStation | None:
        if row < 0:
            return None
        table = self._snapshot.table
        return NearestStation(table["id"][row].as_py(), table["name"][row].as_py(), distance_m)
