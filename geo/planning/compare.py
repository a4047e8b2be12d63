"""A city in two revisions: every station then and now, and the change of each coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.coverage.lenses import Look, counting
from geo.coverage.measuring import Measurer
from geo.coverage.scope import Mask, Scope, counted_kinds
from geo.errors import MixedDataError, NotFoundError
from geo.planning.change import Pair, Since, change
from geo.planning.model import ALL_STATIONS, Change, Covered, Threshold
from geo.position import Position
from geo.snapshot import Snapshot
from geo.station import Station

# One station at one place.
Spot = tuple[str, Position]


@dataclass(frozen=True)
class Compared:
    """Two scopes of a city side by side.

    ``spots`` numbers every place at which a station stands or stood: first those of now, in the
    order of the scope, then those of then.
    """

    before: Scope
    pairs: Sequence[Pair]
    spots: Mapping[Spot, int]

    def changes(
        self, measurer: Measurer, looks: Sequence[Look], thresholds: Sequence[Threshold]
    ) -> list[Change]:
        """The change under each look and threshold; ``measurer`` measures the spots."""
        return [
            self._change(measurer, look, threshold) for threshold in thresholds for look in looks
        ]

    def _change(self, measurer: Measurer, look: Look, threshold: Threshold) -> Change:
        def measure(stations: Sequence[Station]) -> Covered:
            return measurer.covered(*self._masks(look, stations), threshold)[0]

        covered = None
        if look.lens == ALL_STATIONS:
            then = [pair.before for pair in self.pairs if pair.before]
            certain, _ = self._masks(look, then)
            covered = measurer.outline(certain, threshold, times=1)
        snapshot = self.before.snapshot
        since = Since(revision=snapshot.info.revision, snapshot=snapshot.digest, covered=covered)
        return change(self.pairs, measure, threshold=threshold, lens=look.lens, since=since)

    def _masks(self, look: Look, stations: Sequence[Station]) -> tuple[Mask, Mask]:
        counted = counting(look, stations)
        at = np.array([self.spots[spot_of(each)] for each in stations], dtype=np.intp)
        masks = np.zeros((2, len(self.spots)), dtype=np.bool_)
        masks[0, at], masks[1, at] = counted.certain, counted.possible
        return masks[0], masks[1]


def compared(before: Scope, after: Scope) -> Compared:
    """Pair the stations of two revisions by their ids.

    Raises :class:`~geo.errors.MixedDataError` if one of them is synthetic and the other is real.
    """
    if before.snapshot.info.synthetic != after.snapshot.info.synthetic:
        raise MixedDataError(
            "真实版本与示意版本不能比较",
            "a real revision and a synthetic one cannot be compared",
        )
    then, now = _by_id(before), _by_id(after)
    kinds = counted_kinds(after.kind)
    found = [
        Pair(
            then.get(each) or _anywhere(before.snapshot, each),
            now.get(each) or _anywhere(after.snapshot, each),
        )
        for each in sorted(then | now)
    ]
    pairs = [pair for pair in found if any(each and each.kind in kinds for each in pair)]
    spots = {spot_of(each): nth for nth, each in enumerate(after.stations)}
    for pair in pairs:
        for each in pair:
            if each:
                spots.setdefault(spot_of(each), len(spots))
    return Compared(before, pairs, spots)


def spot_of(station: Station) -> Spot:
    """A station at its place."""
    return station.id, station.position


def _by_id(scope: Scope) -> dict[str, Station]:
    return {station.id: station for station in scope.stations}


def _anywhere(snapshot: Snapshot, station_id: str) -> Station | None:
    """A station that moved so far that it is not in the scope."""
    try:
        return snapshot.station(snapshot.row_of(station_id))
    except NotFoundError:
        return None
