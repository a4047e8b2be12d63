"""From files to a question of siting: who is where, what reaches whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from geo.errors import InputError
from geo.geodesic import GEOD
from geo.index.ecef import ecef_array
from geo.plain.pairs import read_pairs
from geo.plain.points import Crs, Points, points_of_ids, read_points
from geo.siting import reach_within, reach_within_plane
from geo.siting.reach import ROUNDING, SLACK_M
from geo.text import Text

Floats = NDArray[np.float64]

# A pair takes some 60 bytes until a plan is found: so many stay within 1 GB.
_MOST_PAIRS: Final = 12_000_000
# No site on Earth serves farther: a radius beyond is a slip.
_FARTHEST_M: Final = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Demand, candidates and what stands already.

    ``ways`` has the distance of each pair that is known, shape (n, m + e): the candidates and,
    behind them, the ``existing`` sites. With a radius and no table of distances only pairs
    within the radius are in it, unless ``whole`` ways were asked for.
    """

    demand: Points
    candidates: Points
    existing: Points
    ways: csr_array
    notes: tuple[Text, ...]

    def within(self, radius: float) -> csr_array:
        """The pairs within a radius, as an entry of their distance."""
        ways = self.ways
        # As in geo.siting.reach: a point on the circle is within reach, whatever rounding says.
        slack = SLACK_M if self.demand.crs == "lonlat" else radius * ROUNDING
        near = ways.data <= radius + slack
        row = np.repeat(np.arange(ways.shape[0]), np.diff(ways.indptr))[near]
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=ways.shape[0]))))
        return csr_array((ways.data[near], ways.indices[near], starts), ways.shape)


def asked(
    demand: Path | None,
    candidates: Path | None,
    existing: Path | None,
    distances: Path | None,
    *,
    crs: Crs | None,
    radius: float | None,
    whole: bool,
) -> Question:
    """The question that files ask.

    Without a file of candidates every demand point is one. With ``distances`` coordinates are not
    looked at, and the files of points may be left out: all that the table names are meant then.
    ``whole`` asks for all ways, not only those within the radius.
    Raises :class:`InputError` and :class:`SourceError`.
    """
    if distances is not None:
        return _by_table(demand, candidates, existing, distances)
    if demand is None:
        raise InputError(
            "demand",
            zh="没有给出需求点文件",
            en="no file of demand is given",
            value=None,
            expected=Text(
                "--demand 文件，或 --distances 文件", "--demand FILE, or --distances FILE"
            ),
        )
    points = read_points(demand, "demand", crs=crs)
    notes = list(points.notes)
    sites = read_points(candidates, "candidates", crs=crs) if candidates else points
    if candidates is None:
        notes.append(_EVERY_POINT)
    standing = _none_of(points) if existing is None else read_points(existing, "existing", crs=crs)
    sites = _apart(sites, standing, notes)
    places = _joined(points, sites, standing)
    check_radius(radius, points.crs)
    ways = _all_ways(points, places) if whole else near_ways(points, places, radius or 0.0)
    return Question(
        demand=points, candidates=sites, existing=standing, ways=ways, notes=tuple(notes)
    )


_EVERY_POINT: Final = Text(
    "没有候选点文件，每个需求点都是候选点",
    "there is no file of candidates: every demand point is one",
)


def check_radius(radius: float | None, crs: Crs | None) -> None:
    """Raise :class:`InputError` for a radius that is none."""
    if radius is None:
        return
    most = _FARTHEST_M if crs == "lonlat" else float("inf")
    if not 0.0 < radius <= most or radius == float("inf"):
        raise InputError(
            "radius",
            zh=f"半径 {radius:g} 不合理",
            en=f"a radius of {radius:g} makes no sense",
            value=f"{radius:g}",
            expected=Text("大于 0 且不超过 1000 公里", "more than 0 and at most 1,000 km")
            if crs == "lonlat"
            else Text("大于 0 的数", "a number above 0"),
        )


def near_ways(demand: Points, places: tuple[Floats, Floats], radius: float) -> csr_array:
    """The distances within the radius, shape (n, k), to k places like the demand's."""
    _check_number(demand, places, radius)
    if demand.crs == "lonlat":
        return reach_within((demand.x, demand.y), places, radius)
    return reach_within_plane(_stacked(demand), np.column_stack(places), radius)


def require_same_crs(points: Points, others: Points) -> None:
    """Raise :class:`InputError` where one file is in degrees and another in a plane."""
    if points.crs != others.crs:
        raise InputError(
            "crs",
            zh="几个文件的坐标不一致：有的是经纬度，有的是平面坐标",
            en="some files have degrees and others coordinates in a plane",
            value=None,
            expected=Text("同一种坐标", "coordinates of one kind"),
        )


def _by_table(
    demand: Path | None, candidates: Path | None, existing: Path | None, distances: Path
) -> Question:
    pairs = read_pairs(distances)
    points = read_points(demand, "demand", crs=None, placed=False) if demand else None
    sites = read_points(candidates, "candidates", crs=None, placed=False) if candidates else None
    standing = read_points(existing, "existing", crs=None, placed=False) if existing else None
    notes = list(points.notes) if points else []
    points = points or points_of_ids(pairs.origins)
    standing = standing or points_of_ids(())
    sites = sites or points_of_ids(pairs.targets)
    taken = set(standing.ids)
    sites = sites.without(taken) if taken else sites
    for group, known, role in (
        (points, pairs.origins, "demand"),
        (sites, pairs.targets, "candidates"),
        (standing, pairs.targets, "existing"),
    ):
        if group.ids and not set(group.ids) & set(known):
            raise InputError(
                role,
                zh=f"{role} 的编号没有一个出现在 {distances.name} 里",
                en=f"none of the ids of {role} stands in {distances.name}",
                value=group.ids[0][:40],
                expected=Text("两个文件用同样的编号", "the same ids in both files"),
            )
    ways = pairs.matrix(points.ids, (*sites.ids, *standing.ids))
    return Question(
        demand=points, candidates=sites, existing=standing, ways=ways, notes=tuple(notes)
    )


def _none_of(points: Points) -> Points:
    nothing = np.empty(0)
    return Points(ids=(), x=nothing, y=nothing, crs=points.crs, weights=nothing)


def _apart(sites: Points, standing: Points, notes: list[Text]) -> Points:
    """The candidates that do not stand already."""
    both = set(sites.ids) & set(standing.ids)
    if not both:
        return sites
    notes.append(
        Text(
            f"{len(both)} 个候选点已是现有站点（编号相同），不再作候选",
            f"{len(both)} candidate(s) stand already (the same id) and are none any more",
        )
    )
    return sites.without(both)


def _joined(points: Points, *groups: Points) -> tuple[Floats, Floats]:
    for each in groups:
        require_same_crs(points, each)
    return np.concatenate([each.x for each in groups]), np.concatenate([each.y for each in groups])


def _stacked(points: Points) -> Floats:
    return np.column_stack([points.x, points.y])


def _all_ways(demand: Points, places: tuple[Floats, Floats]) -> csr_array:
    points, sites = _stacked(demand), np.column_stack(places)
    shape = len(points), len(sites)
    if shape[0] * shape[1] > _MOST_PAIRS:
        raise _too_many(shape[0] * shape[1])
    if demand.crs == "lonlat":
        lon, lat = (np.repeat(axis, shape[1]) for axis in points.T)
        x, y = (np.tile(axis, shape[0]) for axis in places)
        ways = np.asarray(GEOD.inv(lon, lat, x, y)[2])
    else:
        ways = cdist(points, sites).ravel()
    starts = np.arange(shape[0] + 1) * shape[1]
    return csr_array((ways, np.tile(np.arange(shape[1]), shape[0]), starts), shape)


def _check_number(demand: Points, places: tuple[Floats, Floats], radius: float) -> None:
    """Raise :class:`InputError` where more pairs lie within reach than memory should hold."""
    if len(demand.ids) * len(places[0]) <= _MOST_PAIRS:
        return
    if demand.crs == "lonlat":
        trees = cKDTree(ecef_array(demand.x, demand.y)), cKDTree(ecef_array(*places))
    else:
        trees = cKDTree(_stacked(demand)), cKDTree(np.column_stack(places))
    number = int(trees[0].count_neighbors(trees[1], radius))
    if number > _MOST_PAIRS:
        raise _too_many(number)


def _too_many(number: int) -> InputError:
    return InputError(
        "demand",
        zh=f"需求点与候选点之间有 {number:,} 对，超过上限 {_MOST_PAIRS:,}",
        en=f"there are {number:,} pairs of demand and site, more than {_MOST_PAIRS:,}",
        value=str(number),
        expected=Text(
            "更少的候选点、更小的半径，或合并需求点",
            "fewer candidates, a smaller radius, or demand points put together",
        ),
    )


def missing_pair(question: Question) -> tuple[str, str] | None:
    """The first pair without a distance, by its ids; ``None`` if all have one."""
    columns = question.ways.shape[1]
    short = np.flatnonzero(np.diff(question.ways.indptr) < columns)
    if not len(short):
        return None
    start, stop = question.ways.indptr[short[0] : short[0] + 2]
    there = set(question.ways.indices[start:stop].tolist())
    sites: Sequence[str] = (*question.candidates.ids, *question.existing.ids)
    column = next(at for at in range(columns) if at not in there)
    return question.demand.ids[short[0]], sites[column]
