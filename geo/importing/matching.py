"""Which station of the list is a row of its new edition? Never by distance alone.

In order: the same id; the same name and address (of several, the nearest); the same name and
kind, once on either side, near; the same address with a similar name, very near. What is
left on the one side is new, on the other gone.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from rapidfuzz import fuzz

from geo.geodesic import distance_m
from geo.importing.names import letters
from geo.position import Position
from geo.station import Station
from geo.validation.records import Draft

_SAME_NAME_M: Final = 300.0
_SAME_ADDRESS_M: Final = 100.0
_SIMILAR_NAME: Final = 60.0

Pairs = dict[int, Station]


def match(drafts: Sequence[Draft], stations: Sequence[Station]) -> Pairs:
    """Stations by the index of the draft that is their new edition."""
    if not stations:
        return {}
    matching = _Matching(drafts, stations)
    matching.by(
        lambda draft: (draft.fields["id"] or draft.extra.get("id_text"), "id"),
        lambda station: (station.id, "id"),
        within_m=None,
    )
    matching.by(
        lambda draft: (draft.extra.get("id_text"), "text"),
        lambda station: (station.extra.get("id_text"), "text"),
        within_m=None,
    )
    matching.by(
        lambda draft: (letters(draft.fields["name"]), letters(draft.fields["address"])),
        lambda station: (letters(station.name), letters(station.address)),
        within_m=None,
    )
    matching.by(
        lambda draft: (letters(draft.fields["name"]), draft.fields["kind"]),
        lambda station: (letters(station.name), station.kind),
        within_m=_SAME_NAME_M,
    )
    matching.by(
        lambda draft: (letters(draft.fields["address"]), draft.fields["kind"]),
        lambda station: (letters(station.address), station.kind),
        within_m=_SAME_ADDRESS_M,
        similar=True,
    )
    return matching.pairs


class _Matching:
    def __init__(self, drafts: Sequence[Draft], stations: Sequence[Station]) -> None:
        self._drafts = drafts
        self._stations = stations
        self._free_drafts = set(range(len(drafts)))
        self._free_stations = set(range(len(stations)))
        self.pairs: Pairs = {}

    def by(
        self,
        key_of_draft: Callable[[Draft], tuple[Hashable, Hashable]],
        key_of_station: Callable[[Station], tuple[Hashable, Hashable]],
        *,
        within_m: float | None,
        similar: bool = False,
    ) -> None:
        """Pair what shares a key, the nearest first; an empty first part is no key."""
        groups: dict[tuple[Hashable, Hashable], tuple[list[int], list[int]]] = defaultdict(
            lambda: ([], [])
        )
        for at in sorted(self._free_stations):
            groups[key_of_station(self._stations[at])][1].append(at)
        for at in sorted(self._free_drafts):
            groups[key_of_draft(self._drafts[at])][0].append(at)
        for (first, _), (drafts, stations) in groups.items():
            if first and drafts and stations:
                self._pair(drafts, stations, within_m, similar=similar)

    def _pair(
        self, drafts: list[int], stations: list[int], within_m: float | None, *, similar: bool
    ) -> None:
        if within_m is None and len(drafts) == len(stations) == 1:
            self._take(drafts[0], stations[0])
            return
        ranked = sorted(
            (self._distance_m(d, s), d, s)
            for d in drafts
            for s in stations
            if not similar or self._is_similar(d, s)
        )
        for distance, draft, station in ranked:
            near = within_m is None or distance <= within_m
            if near and draft in self._free_drafts and station in self._free_stations:
                self._take(draft, station)

    def _take(self, draft: int, station: int) -> None:
        self.pairs[draft] = self._stations[station]
        self._free_drafts.remove(draft)
        self._free_stations.remove(station)

    def _distance_m(self, draft: int, station: int) -> float:
        here: Position = self._drafts[draft].position
        return distance_m(here, self._stations[station].position)

    def _is_similar(self, draft: int, station: int) -> bool:
        names = letters(self._drafts[draft].fields["name"]), letters(self._stations[station].name)
        return fuzz.ratio(*names) >= _SIMILAR_NAME
