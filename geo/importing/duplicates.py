"""Stations that may be one and the same: a queue for people to decide, with the evidence.

Near is not enough: three different stations stand within 70 m at one crossing. A pair is
queued if it is near and its names, without the words that all have, say much the same; if
both name a brand and it is not the same one, it is not queued.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz import fuzz
from scipy.spatial import cKDTree

from geo.geodesic import distance_m
from geo.importing.names import brand, core, door_number, letters
from geo.index.ecef import ecef_array
from geo.station import Station

NEAR_M: Final = 150.0
_SIMILAR: Final = 80.0
# At one address, names that are less alike may be one.
_SAME_ADDRESS_SIMILAR: Final = 60.0


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Two stations by id, in order, and what speaks for their being one."""

    first: str
    second: str
    evidence: Mapping[str, str | float | bool | None]


def possible_duplicates(
    stations: Sequence[Station], new_ids: frozenset[str]
) -> Iterator[PossibleDuplicate]:
    """Pairs of open stations, at least one of them new, in the order of their ids."""
    open_ones = [station for station in stations if station.status != "closed"]
    if len(open_ones) < 2:
        return
    lon = np.array([station.position.lon for station in open_ones])
    lat = np.array([station.position.lat for station in open_ones])
    tree = cKDTree(ecef_array(lon, lat))
    for a, b in tree.query_pairs(NEAR_M, output_type="ndarray").tolist():
        first, second = sorted((open_ones[a], open_ones[b]), key=lambda s: s.id)
        if first.id in new_ids or second.id in new_ids:
            evidence = _evidence(first, second)
            if evidence:
                yield PossibleDuplicate(first.id, second.id, evidence)


def _evidence(first: Station, second: Station) -> Mapping[str, str | float | bool | None] | None:
    similarity = fuzz.ratio(core(first.name), core(second.name))
    doors = door_number(first.address), door_number(second.address)
    same_address = bool(first.address) and letters(first.address) == letters(second.address)
    brands = brand(first.name), brand(second.name)
    if all(brands) and brands[0] != brands[1]:
        return None
    if doors[0] and doors[1] and doors[0] != doors[1]:
        return None
    enough = _SAME_ADDRESS_SIMILAR if same_address else _SIMILAR
    if similarity < enough:
        return None
    return {
        "distance_m": round(distance_m(first.position, second.position), 1),
        "name_similarity": round(similarity / 100.0, 2),
        "same_address": same_address,
        "door_number": doors[0] if doors[0] == doors[1] else None,
        "brand": brands[0] if brands[0] == brands[1] else None,
    }
