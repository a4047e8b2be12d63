"""Whom a plan counts: as the command line, and the settings of the service, say."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from api.base_map import Stamp, stamp_of
from geo.census import WorkerGroup
from geo.demand import (
    BuiltUp,
    Demand,
    base_map_built_up,
    district_demand,
    read_built_up,
    read_demand,
)
from geo.errors import InputError
from geo.places import Places
from geo.planning.where import Town, read_towns
from geo.snapshot import Snapshot
from geo.station import Datum
from geo.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Whom the stations are for: a file of the user's, or the census with what spreads it.

    ``cell_m`` is the side of the cells: of the file's, or of ours near stations and towns.
    Raises :class:`InputError` for what means nothing together.
    """

    file: Path | None = None
    weight: str | None = None
    to_census: bool = False
    built_up: Path | None = None
    datum: Datum | None = None
    group: WorkerGroup | None = None
    cell_m: int | None = None

    def __post_init__(self) -> None:
        if self.file is None and (self.weight is not None or self.to_census):
            raise InputError(
                "demand",
                zh="--weight 和 --to-census 只用于自带的需求文件",
                en="--weight and --to-census go with a demand of your own",
                value=None,
                expected=Text("加上 --demand 文件", "--demand FILE with them"),
            )
        if self.file is not None and (self.group is not None or self.built_up is not None):
            raise InputError(
                "demand",
                zh="--group 和 --built-up 只用于普查人口，不能与 --demand 同用",
                en="--group and --built-up are of census people, and not for a --demand",
                value=None,
                expected=Text("二者选一", "one or the other"),
            )

    def of(
        self, places: Places, snapshot: Snapshot, city: str, base_map: Path | None
    ) -> Demand | None:
        """The demand of a city; ``None`` for the people of its districts, evenly spread."""
        if self.file:
            return read_demand(
                self.file,
                places,
                city,
                datum=self.datum,
                weight=self.weight,
                cell_m=self.cell_m,
                to_census=self.to_census,
            )
        built_up = self._built_up_land(base_map)
        if built_up is None and self.group is None and self.cell_m is None:
            return None
        rows = snapshot.rows_of_city(city)
        near = snapshot.lon[rows], snapshot.lat[rows]
        fine = {} if self.cell_m is None else {"fine_m": self.cell_m}
        return district_demand(places, city, built_up=built_up, near=near, group=self.group, **fine)

    def _built_up_land(self, base_map: Path | None) -> BuiltUp | None:
        if self.built_up:
            return _read_built_up(self.built_up, self.datum)
        return _base_map_built_up(base_map, stamp_of(base_map)) if base_map else None


def towns_of(base_map: Path | None) -> Sequence[Town]:
    """The names of a base map by which a gap is said to be near; none without one."""
    return _towns(base_map, stamp_of(base_map)) if base_map else ()


# All cities of a province look at the same files, and a process that computes plan after plan
# must see when a base map is another one.
@lru_cache(maxsize=1)
def _towns(folder: Path, _stamp: Stamp) -> Sequence[Town]:
    return read_towns(folder)


@lru_cache(maxsize=1)
def _read_built_up(path: Path, datum: Datum | None) -> BuiltUp:
    return read_built_up(path, datum=datum)


@lru_cache(maxsize=1)
def _base_map_built_up(folder: Path, _stamp: Stamp) -> BuiltUp | None:
    return base_map_built_up(folder)
