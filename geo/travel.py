"""How long the way to a station takes, as far as a straight line can tell.

A straight line times a detour factor, at a constant speed: an estimate, to be called one. A
street network replaces it where there is one.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from geo.text import Text

TravelMode = Literal["walk", "ride"]
TRAVEL_MODES: Final[tuple[TravelMode, ...]] = get_args(TravelMode)

# Streets make a way so much longer than the straight line; 1.2–1.4 in gridded cities.
DETOUR: Final = 1.3


@dataclass(frozen=True, slots=True)
class Travel:
    """A way of getting about at a speed in km/h."""

    mode: TravelMode
    speed_kmh: float
    label: Text

    def seconds(self, distance_m: float) -> float:
        """The time for a straight line of so many metres."""
        return distance_m * DETOUR / (self.speed_kmh / 3.6)

    def metres(self, seconds: float) -> float:
        """The straight line for which a time suffices."""
        return seconds * (self.speed_kmh / 3.6) / DETOUR

    @property
    def assumption(self) -> Text:
        """What the time is made of, for whoever is shown it."""
        return Text(
            f"{self.label.zh}按直线距离 × {DETOUR}、时速 {self.speed_kmh:g} 公里估算",
            f"{self.label.en}: estimated as straight line × {DETOUR} at {self.speed_kmh:g} km/h",
        )


# 4.8 km/h is the pace of the 15-minute circle; an electric bicycle is made for 25 km/h at most
# (GB 17761-2018) and does some 15 in traffic.
TRAVELS: Final = {
    "walk": Travel("walk", 4.8, Text("步行", "on foot")),
    "ride": Travel("ride", 15.0, Text("骑行", "riding")),
}
