"""The table of what synthetic stations are like (``shares.toml``), dealt out exactly."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from geo.apportion import apportioned
from geo.census import district_shares

_FILE = Path(__file__).with_name("shares.toml")


@dataclass(frozen=True, slots=True)
class Shares:
    """Words by column with their shares; the word of what is left up to 1 comes last.

    ``hours_open`` says of each form of hours whether it means open on a working Wednesday
    at 14:00, and at 02:00.
    """

    columns: Mapping[str, Mapping[str, float]]
    market_columns: Mapping[str, Mapping[str, float]]
    hours_open: Mapping[str, tuple[bool, bool]]
    facilities_known: float
    facilities: Mapping[str, float]
    urban_unknown: float
    stations_per_cluster: float
    cluster_radius_m: float

    def urban(self, district: str) -> float:
        """The urban share of a district's people, the nation's where it is unknown."""
        known = district_shares(district).urban
        return self.urban_unknown if known is None else known


@cache
def shares() -> Shares:
    """The table of this version of the software."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    urban = table["urban"]
    hours = {form["text"]: form for form in table["hours"]["forms"]}
    return Shares(
        columns=MappingProxyType(
            {
                "kind": _complete(table["kinds"], "rest_station"),
                "hours_text": _complete(hours, ""),
                "position_quality": _complete(table["position_quality"], "geocoded"),
                "status": _complete(table["status"], "open"),
                "area_m2": _complete(table["area_m2"], ""),
            }
        ),
        market_columns=MappingProxyType(
            {column: _complete(words, "") for column, words in table["market"].items()}
        ),
        hours_open=MappingProxyType(
            {text: (form["open_14"], form["open_02"]) for text, form in hours.items()}
        ),
        facilities_known=table["facilities"]["known"]["share"],
        facilities=_plain(table["facilities"]["list"]),
        urban_unknown=urban["unknown"]["share"],
        stations_per_cluster=urban["stations_per_cluster"]["value"],
        cluster_radius_m=urban["cluster_radius_m"]["value"],
    )


def dealt(words: Mapping[str, float], count: int, rng: np.random.Generator) -> Sequence[str]:
    """``count`` words, each as often as its share says, in seeded order."""
    counts = apportioned(np.array(list(words.values())), count)
    order = rng.permutation(np.repeat(np.arange(len(words)), counts))
    listed = list(words)
    return [listed[at] for at in order.tolist()]


def _plain(table: Mapping[str, Mapping[str, Any]]) -> Mapping[str, float]:
    return MappingProxyType({word: float(entry["share"]) for word, entry in table.items()})


def _complete(table: Mapping[str, Mapping[str, Any]], rest: str) -> Mapping[str, float]:
    given = _plain(table)
    return MappingProxyType({**given, rest: 1.0 - sum(given.values())})
