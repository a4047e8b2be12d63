"""The small words of a plan: bands, thresholds and lenses."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from geo.text import Text
from geo.travel import TravelMode

LensGroup = Literal["all", "kind", "facility", "hours"]


class Band(NamedTuple):
    """At least ``low``, at most ``high``; equal where nothing is unknown."""

    low: float
    high: float

    def over(self, total: float) -> "Band | None":
        """The band as a share of a total; ``None`` of nothing."""
        return Band(self.low / total, self.high / total) if total > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Within reach: a straight line of ``radius_m``.

    Where reach was asked for in ``minutes``, the radius is the straight line that these allow
    by :mod:`geo.travel`, and is never called a radius of its own.
    """

    radius_m: float
    minutes: float | None = None
    mode: TravelMode | None = None

    @property
    def label(self) -> Text:
        """As a heading: 500 m, 1 km, 15 minutes on foot."""
        if self.minutes is not None:
            zh, en = ("骑行", "riding") if self.mode == "ride" else ("步行", "on foot")
            return Text(f"{zh} {self.minutes:g} 分钟", f"{self.minutes:g} minutes {en}")
        if self.radius_m >= 1000:
            return Text(f"{self.radius_m / 1000:g} 公里", f"{self.radius_m / 1000:g} km")
        return Text(f"{self.radius_m:g} 米", f"{self.radius_m:g} m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Which stations count: all, those of a kind, with a facility, or open at a kind of moment.

    ``code`` is ``all``, ``kind:rider_station``, ``facility:toilet`` or ``hours:workday:02:00``.
    """

    code: str
    group: LensGroup
    label: Text


ALL_STATIONS = Lens(code="all", group="all", label=Text("全部站点", "all stations"))
