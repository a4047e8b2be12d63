"""Stations by nearness: the one engine behind every answer."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.index.filters import ANY, Filter, Mask, Matcher
from geo.index.nearest import Accept, Found, NearestSearch, Passing
from geo.index.schedules import OPEN, UNKNOWN, OpenAt, Schedules, UnknownHours, arrival
from geo.position import BBox, Position
from geo.snapshot import Snapshot
from geo.station import Station

if TYPE_CHECKING:
    from geo.index.bulk import BulkSearch

Match = Literal["known", "unknown"]

# Sub-indexes may hold so many points for each station of the snapshot, together.
_POINTS_PER_STATION = 3
# Questions at a moment, each with a byte and a number for every point.
_PASSING_KEPT = 32


class Hit(NamedTuple):
    """A station by its row in the snapshot. ``match`` says whether its facilities are known."""

    row: int
    distance_m: float
    bearing_deg: float
    match: Match


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A station as an answer: geodesic distance in metres, initial bearing in [0, 360)."""

    station: Station
    distance_m: float
    bearing_deg: float
    match: Match


class StationIndex:
    """Exact answers over the answerable stations of a snapshot.

    Suspect stations and those that are not open are in the snapshot, never in answers.
    Each filter in use has a search of its own, built when it is first asked for; the least
    recently used are given up when they hold too many points. Safe to use from threads.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._matcher = Matcher(snapshot)
        self._searches: OrderedDict[tuple[Filter, Match], NearestSearch] = OrderedDict()
        self._passing: OrderedDict[tuple[Filter, Match, Hashable], Passing] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def schedules(self) -> Schedules:
        """The opening hours of the rows."""
        return Schedules(self.snapshot)

    def nearest(
        self,
        origin: Position,
        *,
        k: int = 5,
        within_m: float | None = None,
        where: Filter = ANY,
        open_at: OpenAt | None = None,
    ) -> list[Neighbor]:
        """The k nearest stations that fit, the nearest first; ties by id.

        With facilities, stations known to have them come first, then those whose
        facilities are unknown, unless the filter excludes these. With ``open_at``, only
        those open then, or of unknown hours: these by distance among the others.
        """
        hits = self.nearest_rows(*origin, k=k, within_m=within_m, where=where, open_at=open_at)
        return [
            Neighbor(self.snapshot.station(row), distance_m, bearing_deg, match)
            for row, distance_m, bearing_deg, match in hits
        ]

    def nearest_rows(
        self,
        lon: float,
        lat: float,
        *,
        k: int = 5,
        within_m: float | None = None,
        where: Filter = ANY,
        open_at: OpenAt | None = None,
    ) -> list[Hit]:
        """As :meth:`nearest`, by row and without making stations."""
        limit_m = math.inf if within_m is None else within_m
        matches: tuple[Match, ...] = ("known", "unknown") if where.asks_unknown else ("known",)
        hits: list[Hit] = []
        for match in matches:
            if len(hits) < k:
                search = self._search(where, match)
                passing = self._passing_of(search, where, match, open_at) if open_at else None
                found = search.nearest(lon, lat, k - len(hits), limit_m, passing)
                hits += _hits(found, match)
        return hits

    def nearest_many(
        self, lon: ArrayLike, lat: ArrayLike, *, k: int = 1
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Rows and distances in metres of the k nearest stations of n points: shape (n, k).

        Distances are within 1e-6 m of the geodesic. Where there are fewer than k stations,
        the row is -1 and the distance infinite.
        """
        lons = np.asarray(lon, dtype=np.float64).ravel()
        lats = np.asarray(lat, dtype=np.float64).ravel()
        return self._bulk.nearest(lons, lats, k)

    def within(self, bbox: BBox) -> list[Station]:
        """The stations in a box, edges included, by id. Boxes may cross the antimeridian."""
        lon, lat = self.snapshot.lon, self.snapshot.lat
        east_of, west_of = lon >= bbox.west, lon <= bbox.east
        inside = east_of & west_of if bbox.west <= bbox.east else east_of | west_of
        inside &= (lat >= bbox.south) & (lat <= bbox.north) & self.snapshot.answerable
        return [self.snapshot.station(row) for row in np.flatnonzero(inside).tolist()]

    @cached_property
    def _bulk(self) -> "BulkSearch":
        # Planners ask for arrays, callers of the service do not: it need not carry SciPy.
        from geo.index.bulk import BulkSearch  # noqa: PLC0415

        rows = np.flatnonzero(self.snapshot.answerable)
        lon, lat = self.snapshot.lon[rows], self.snapshot.lat[rows]
        return BulkSearch(rows, lon, lat, self._search(ANY, "known"))

    def _search(self, where: Filter, match: Match) -> NearestSearch:
        if match == "unknown":
            where = Filter(where.kinds)
        elif where.facilities:
            where = Filter(where.kinds, where.facilities)
        key = (where, match)
        with self._lock:
            search = self._searches.get(key)
            if search is None:
                mask_of = self._matcher.unknown if match == "unknown" else self._matcher.matching
                search = self._searches[key] = self._build(mask_of, where)
                self._give_up_oldest()
            self._searches.move_to_end(key)
        return search

    def _passing_of(
        self, search: NearestSearch, where: Filter, match: Match, open_at: OpenAt
    ) -> Passing:
        """The points that are open, found once a minute; on arrival it is each one's own minute."""
        minute = replace(open_at, at=open_at.at.replace(second=0, microsecond=0))
        key = (where, match, minute if open_at.travel else self._now_open(minute))
        with self._lock:
            passing = self._passing.get(key)
        if passing is None:
            passing = self._new_passing(search, minute)
            with self._lock:
                self._passing[key] = passing
                while len(self._passing) > _PASSING_KEPT:
                    self._passing.popitem(last=False)
        return passing

    def _now_open(self, asked: OpenAt) -> tuple[bytes, UnknownHours]:
        """What decides who passes: it mostly is the same for many minutes on end."""
        return self.schedules.digest(asked.at), asked.unknown_hours

    def _new_passing(self, search: NearestSearch, asked: OpenAt) -> Passing:
        if asked.travel:
            everything = np.ones(len(search), dtype=np.bool_)
            return Passing(everything, self._open_on_arrival(asked))
        states = self.schedules.states(asked.at)[search.rows]
        mask = states == OPEN
        if asked.unknown_hours == "include":
            mask |= states == UNKNOWN
        return Passing(mask)

    def _open_on_arrival(self, asked: OpenAt) -> Accept:
        schedules = self.schedules
        return lambda row, distance_m: asked.accepts(
            schedules.state(row, arrival(asked, distance_m))
        )

    def _build(self, mask_of: Callable[[Filter], Mask], where: Filter) -> NearestSearch:
        rows = np.flatnonzero(mask_of(where))
        return NearestSearch(rows, self.snapshot.lon[rows], self.snapshot.lat[rows])

    def _give_up_oldest(self) -> None:
        limit = _POINTS_PER_STATION * max(len(self.snapshot), 1)
        while len(self._searches) > 1 and sum(map(len, self._searches.values())) > limit:
            self._searches.popitem(last=False)


def _hits(found: list[Found], match: Match) -> list[Hit]:
    return [Hit(row, distance_m, bearing_deg, match) for distance_m, row, bearing_deg in found]
