"""Functional zones (高新区, 经开区 …): which statutory districts each lies in.

People write a zone where a district is asked for; no outline of them is published.
The table is ``zones.toml``, with the source of each entry.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("zones.toml")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of a city. ``districts`` are the adcodes it lies in, the principal one first."""

    name: str
    names: tuple[str, ...]
    city: str
    districts: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Zones:
    """All known zones; ``digest`` identifies this edition of the table."""

    all: tuple[Zone, ...]
    digest: str
    _by_name: Mapping[tuple[str, str], Zone]

    def find(self, city: str, word: str) -> Zone | None:
        """The zone of a city (adcode) that is written so, or ``None``."""
        return self._by_name.get((city, word))


@cache
def zones() -> Zones:
    """The table of this version of the software."""
    content = _FILE.read_bytes()
    tables = tomllib.loads(content.decode())
    found = tuple(
        Zone(
            name=row["name"],
            names=tuple(row["names"]),
            city=row["city"],
            districts=tuple(row["districts"]),
            source=tables["sources"][row["source"]],
        )
        for row in tables["zone"]
    )
    by_name = {(zone.city, name): zone for zone in found for name in (zone.name, *zone.names)}
    return Zones(found, hashlib.sha256(content).hexdigest(), MappingProxyType(by_name))
