"""What a plan is asked for: checked once, equal if equal, and a part of every cache's key."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Final, Literal, NamedTuple, get_args

from geo.coverage.moments import STANDARD_MOMENTS, parse_moment
from geo.errors import InputError
from geo.hours import calendar
from geo.planning.model import Threshold
from geo.position import Position
from geo.text import Text
from geo.travel import TRAVEL_MODES, TRAVELS, TravelMode
from geo.vocabulary import vocabulary

Model = Literal["mclp", "lscp", "pmedian", "pcenter"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)
CandidateSource = Literal["cells", "list", "both"]
CANDIDATE_SOURCES: Final[tuple[CandidateSource, ...]] = get_args(CandidateSource)

# Below, the error of a position decides; above, no city is small enough to have a gap.
_RADIUS_M: Final = (10.0, 50_000.0)
_MINUTES: Final = (1.0, 120.0)
_MOST_THRESHOLDS: Final = 8
_MOST_SITES: Final = 200
_MOST_GAPS: Final = 1_000


class Candidate(NamedTuple):
    """A place where a station could go: a bank's branch, a pharmacy, a community centre."""

    id: str
    name: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The questions. Raises :class:`~geo.errors.InputError` where one cannot be answered.

    ``radii_m`` and ``minutes`` (by ``mode``) are thresholds side by side; the sites are for the
    greatest of them unless ``site_radius_m`` says another. ``kind`` is what is sited, and alone
    counts as existing; without it all kinds of the network count. ``next_sites`` is how many
    stations are asked for, 0 for no proposals. ``model`` is what they are to be best at;
    the fewest that cover everything (lscp) are as many as it takes. ``candidates`` come from
    the demand's cells, from a list, or both. ``capacity`` is the greatest demand that one new
    station can serve. ``moments`` are read by :func:`~geo.coverage.moments.parse_moment`.
    """

    radii_m: tuple[float, ...] = (500.0, 1000.0)
    minutes: tuple[float, ...] = ()
    mode: TravelMode = "walk"
    kind: str | None = None
    next_sites: int = 10
    model: Model = "mclp"
    site_radius_m: float | None = None
    candidate_source: CandidateSource = "cells"
    candidates: tuple[Candidate, ...] = ()
    capacity: float | None = None
    minimum_per_district: int = 0
    moments: tuple[str, ...] = STANDARD_MOMENTS
    most_gaps: int = 100
    seed: int = 1

    def __post_init__(self) -> None:
        self._check_thresholds()
        self._check_words()
        self._check_counts()
        self._check_candidates()
        for moment in self.moments:
            parse_moment(moment)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Radii first, then minutes, each in the order asked for; the same one only once."""
        radii = [Threshold(radius_m=radius_m) for radius_m in self.radii_m]
        timed = [threshold_of_minutes(minutes, self.mode) for minutes in self.minutes]
        return tuple(dict.fromkeys((*radii, *timed)))

    @property
    def site_threshold(self) -> Threshold:
        """What the next stations are meant to reach."""
        if self.site_radius_m is not None:
            return Threshold(radius_m=self.site_radius_m)
        return max(self.thresholds, key=lambda each: each.radius_m)

    @property
    def digest(self) -> str:
        """SHA-256 over the values, in hex: equal for equal parameters."""
        return _sha256(asdict(self))

    def _check_thresholds(self) -> None:
        if not self.radii_m and not self.minutes:
            raise _wrong(
                "radius", "没有给出半径或分钟数", "no radius and no minutes are given", None
            )
        if len(self.radii_m) + len(self.minutes) > _MOST_THRESHOLDS:
            raise _wrong(
                "radius",
                f"半径和分钟数合计最多 {_MOST_THRESHOLDS} 个",
                f"at most {_MOST_THRESHOLDS} radii and minutes together",
                len(self.radii_m) + len(self.minutes),
            )
        sited = () if self.site_radius_m is None else (self.site_radius_m,)
        for radius_m in (*self.radii_m, *sited):
            _within("radius", Text("半径", "a radius"), Text("米", "m"), radius_m, _RADIUS_M)
        for minutes in self.minutes:
            _within("minutes", Text("时间", "a time"), Text("分钟", "minutes"), minutes, _MINUTES)

    def _check_words(self) -> None:
        _one_of("mode", self.mode, TRAVEL_MODES)
        _one_of("model", self.model, MODELS)
        _one_of("candidate_source", self.candidate_source, CANDIDATE_SOURCES)
        if self.kind is not None:
            _one_of("kind", self.kind, tuple(vocabulary().kinds))

    def _check_counts(self) -> None:
        sites = Text("新增站点数", "the number of next stations")
        _within("next", sites, Text("", ""), self.next_sites, (0, _MOST_SITES))
        gaps = Text("盲区数", "the number of gaps")
        _within("gaps", gaps, Text("", ""), self.most_gaps, (1, _MOST_GAPS))
        least = Text("每区县最少新增数", "the minimum per district")
        _within("minimum", least, Text("", ""), self.minimum_per_district, (0, _MOST_SITES))
        if self.capacity is not None and not (math.isfinite(self.capacity) and self.capacity > 0):
            raise _wrong(
                "capacity",
                "每站容量应为正数",
                "the capacity of a station is a positive number",
                self.capacity,
            )
        if self.minimum_per_district and self.model != "mclp":
            raise _wrong(
                "minimum",
                "每区县最少新增数只用于最大覆盖（mclp）",
                "a minimum per district goes with the model mclp only",
                self.minimum_per_district,
                Text("mclp，或不设最少数", "mclp, or no minimum"),
            )
        if self.capacity is not None and self.model in {"pmedian", "pcenter"}:
            raise _wrong(
                "capacity",
                "每站容量只用于覆盖模型（mclp、lscp）",
                "a capacity goes with the models of covering only (mclp, lscp)",
                self.capacity,
                Text("mclp 或 lscp，或不设容量", "mclp or lscp, or no capacity"),
            )
        if self.seed < 0:
            raise _wrong("seed", "随机种子不能为负", "a seed is not negative", self.seed)

    def _check_candidates(self) -> None:
        listed = self.candidate_source != "cells"
        if listed and not self.candidates:
            raise _wrong(
                "candidates",
                "候选点名单是空的",
                "the list of candidates is empty",
                None,
                Text("至少一个候选点", "at least one candidate"),
            )
        if self.candidates and not listed:
            raise _wrong(
                "candidate_source",
                "给了候选点名单，却只用网格",
                "a list of candidates is given, but only cells are to be used",
                self.candidate_source,
                Text("list 或 both", "list or both"),
            )


def threshold_of_minutes(minutes: float, mode: TravelMode) -> Threshold:
    """The straight line that so many minutes allow; see :mod:`geo.travel` for what is assumed."""
    return Threshold(radius_m=TRAVELS[mode].metres(minutes * 60), minutes=minutes, mode=mode)


def plan_digest(
    city: str,
    parameters: Parameters,
    *,
    snapshot: str,
    demand: str | None,
    compared: str | None,
) -> str:
    """The key of a plan: equal for plans that are equal but for when they were made.

    ``snapshot``, ``demand`` and ``compared`` are digests; with them go the parameters, the
    version of the software and of its tables.
    """
    return _sha256(
        {
            "city": city,
            "parameters": parameters.digest,
            "snapshot": snapshot,
            "demand": demand,
            "compared": compared,
            "software": version("yizhan"),
            "vocabulary": vocabulary().digest,
            "calendar": calendar().digest,
        }
    )


def _sha256(values: object) -> str:
    return hashlib.sha256(
        json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def _within(
    parameter: str, what: Text, unit: Text, value: float, limits: tuple[float, float]
) -> None:
    low, high = limits
    if low <= value <= high:
        return
    zh, en = (f" {word}" if word else "" for word in unit)
    raise _wrong(
        parameter,
        f"{what.zh}应在 {low:g} 到 {high:g}{zh}之间",
        f"{what.en} is between {low:g} and {high:g}{en}",
        value,
    )


def _one_of(parameter: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        choices = ", ".join(known)
        raise _wrong(
            parameter,
            f"{parameter} 没有 {value[:40]} 这一项",
            f"{parameter} has no choice {value[:40]}",
            value,
            Text(f"可选：{choices}", f"one of: {choices}"),
        )


def _wrong(
    parameter: str, zh: str, en: str, value: float | str | None, expected: Text | None = None
) -> InputError:
    shown = None if value is None else str(value)[:40]
    return InputError(parameter, zh=zh, en=en, value=shown, expected=expected)


# What the service computes ahead of any question.
STANDARD: Final = Parameters()
