"""Which datum do undeclared coordinates have? Evidence, and a verdict where it is clear.

Each datum is tried. Under the right one, stations that are known already by name lie where
they are known to be, and positions fall into the districts of their own records; under a
wrong one they are off by 265–571 m (GCJ-02) or 0.95–1.38 km (BD-09).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.datum import convert
from geo.errors import InputError
from geo.geodesic import GEOD
from geo.places import Places
from geo.position import Position
from geo.station import DATUMS, Datum
from geo.text import Text

# A clear verdict needs so many known stations, this near under one datum and so much
# farther under every other (half the smallest offset between two of them).
_NAMED, _NEAR_M, _APART_M = 3, 60.0, 130.0
# Or so many fewer contradictions with the records' own districts than under any other.
_FEWER: Final = 5
# Below this, the three datums say the same: the points are not on the mainland.
_SAME_M: Final = 1.0
LABELS: Final[Mapping[Datum, str]] = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}


class Sample(NamedTuple):
    """A row to try: its coordinates as written.

    ``district`` is the adcode that it names or "", ``known`` where a station of its name is.
    """

    lon: float
    lat: float
    district: str
    known: Position | None


@dataclass(frozen=True, slots=True)
class DatumEvidence:
    """What each datum would mean.

    Rows outside the district of their own record, and the median distance in metres to
    stations known by name (``None`` without any).
    """

    tried: int
    with_district: int
    with_known: int
    outside_district: Mapping[Datum, int]
    median_m: Mapping[Datum, float] | None
    verdict: Datum | None

    def lines(self) -> list[Text]:
        """One sentence for each datum."""
        return [self._line(datum) for datum in DATUMS]

    def _line(self, datum: Datum) -> Text:
        label, outside = LABELS[datum], self.outside_district[datum]
        zh = f"{label}：{self.with_district} 行中 {outside} 行落在所写区县之外"
        en = f"{label}: {outside} of {self.with_district} rows outside their own district"
        if self.median_m is not None:
            metres = self.median_m[datum]
            zh += f"；与 {self.with_known} 个同名已知站点相距中位数 {metres:.0f} 米"
            en += f"; median {metres:.0f} m from {self.with_known} stations known by name"
        return Text(zh, en)


class DatumUndecidedError(InputError):
    """The datum is not declared and must be; ``evidence`` is what the file itself tells."""

    def __init__(self, evidence: DatumEvidence) -> None:
        said = evidence.lines()
        leaning = evidence.verdict
        zh, en = (
            (f"证据指向 {LABELS[leaning]}", f"the evidence is for {LABELS[leaning]}")
            if leaning
            else ("证据不足以判断", "the evidence is not clear")
        )
        super().__init__(
            "datum",
            zh=f"未声明坐标系；{zh}：{'；'.join(line.zh for line in said)}",
            en=f"the datum is not declared; {en}: {'; '.join(line.en for line in said)}",
            value=None,
            expected=Text(
                "声明 wgs84、gcj02（高德、腾讯、微信）或 bd09（百度）；auto 表示接受明确的证据",
                "declare wgs84, gcj02 (Amap, Tencent, WeChat) or bd09 (Baidu);"
                " auto accepts clear evidence",
            ),
        )
        self.evidence = evidence


def weigh(samples: Sequence[Sample], places: Places) -> DatumEvidence:
    """Try every datum on the samples."""
    lon = np.array([sample.lon for sample in samples], dtype=np.float64)
    lat = np.array([sample.lat for sample in samples], dtype=np.float64)
    positions = {datum: convert(lon, lat, source=datum, target="wgs84") for datum in DATUMS}
    outside = {datum: _outside(samples, *positions[datum], places) for datum in DATUMS}
    medians = _medians(samples, positions)
    return DatumEvidence(
        tried=len(samples),
        with_district=sum(bool(sample.district) for sample in samples),
        with_known=sum(sample.known is not None for sample in samples),
        outside_district=outside,
        median_m=medians,
        verdict=_verdict(positions, outside, medians, samples),
    )


def _verdict(
    positions: Mapping[Datum, tuple[NDArray[np.float64], NDArray[np.float64]]],
    outside: Mapping[Datum, int],
    medians: Mapping[Datum, float] | None,
    samples: Sequence[Sample],
) -> Datum | None:
    if _all_same(positions):
        return "wgs84"
    if medians and sum(sample.known is not None for sample in samples) >= _NAMED:
        nearest, second = sorted(DATUMS, key=lambda datum: medians[datum])[:2]
        if medians[nearest] <= _NEAR_M and medians[second] - medians[nearest] >= _APART_M:
            return nearest
        return None
    best, second = sorted(DATUMS, key=lambda datum: outside[datum])[:2]
    clear = outside[second] - outside[best] >= max(_FEWER, outside[best])
    return best if clear else None


def _all_same(
    positions: Mapping[Datum, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> bool:
    here = positions["wgs84"]
    shifts = [GEOD.inv(*here, *positions[datum])[2] for datum in DATUMS[1:]]
    return all(float(np.max(shift, initial=0.0)) < _SAME_M for shift in shifts)


def _outside(
    samples: Sequence[Sample], lon: NDArray[np.float64], lat: NDArray[np.float64], places: Places
) -> int:
    members: Mapping[str, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        if sample.district:
            members[sample.district].append(at)
    count = 0
    for district, rows in members.items():
        outline = places.outline(district, "district")
        shapely.prepare(outline)
        count += int((~shapely.intersects_xy(outline, lon[rows], lat[rows])).sum())
    return count


def _medians(
    samples: Sequence[Sample],
    positions: Mapping[Datum, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Mapping[Datum, float] | None:
    rows = [at for at, sample in enumerate(samples) if sample.known is not None]
    if not rows:
        return None
    known = np.array([sample.known for sample in samples if sample.known is not None])
    medians: dict[Datum, float] = {}
    for datum in DATUMS:
        lon, lat = positions[datum]
        _, _, metres = GEOD.inv(lon[rows], lat[rows], known[:, 0], known[:, 1])
        medians[datum] = float(np.median(metres))
    return medians
