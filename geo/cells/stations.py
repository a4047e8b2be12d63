"""The stations of a snapshot as cells: which there are, and the content of each."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.catalogue import is_abroad
from geo.cells.schedule import schedule
from geo.cells.tiles import ZOOM, Tile, tiles_of
from geo.hours import ABROAD, read_hours
from geo.snapshot import Snapshot
from geo.snapshot.arrays import indices_of
from geo.station import REPORTED
from geo.validation.columns import MARKET_COLUMNS

VERSION: Final = 1
_HASH_LENGTH: Final = 16
# A millimetre: phones must find the order that the index finds.
_DECIMALS: Final = 8
# Fields that few stations have stand in a cell only where they have a value.
_RARE: Final = ("zone", "phone", "position_note", "position_error_m", "area_m2")
_EXTRAS: Final = (*MARKET_COLUMNS, REPORTED)


class StationCells:
    """Cells of the answerable stations of one snapshot; the others are never an answer."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def tiles_of_city(self, adcode: str) -> list[Tile]:
        """The tiles that have a station of a city's record, in order."""
        rows = self.snapshot.rows_of_city(adcode)
        chosen = np.unique(self._numbers[rows[self.snapshot.answerable[rows]]])
        return [_tile(number) for number in chosen.tolist()]

    def __iter__(self) -> Iterator[Tile]:
        return (_tile(number) for number in self._rows)

    def count(self, tile: Tile) -> int:
        """How many stations a tile has."""
        return len(self._rows.get(_number(tile), ()))

    def content(self, tile: Tile) -> bytes:
        """The cell as JSON; equal stations give equal bytes, whatever else the list says."""
        rows = self._rows.get(_number(tile), np.empty(0, dtype=np.intp))
        records = self.snapshot.table.take(indices_of(rows)).to_pylist()
        hours, sources = _Numbered(), _Numbered()
        stations = [_station(record, hours, sources) for record in records]
        content = {
            "version": VERSION,
            "cell": f"{ZOOM}/{tile.key}",
            "hours": [_schedule(key) for key in hours.values],
            "sources": sources.values,
            "stations": stations,
        }
        return orjson.dumps(content)

    def digest(self, tile: Tile) -> str:
        """What the address of a cell carries of its content."""
        return digest(self.content(tile))

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        x, y = tiles_of(self.snapshot.lon, self.snapshot.lat)
        numbers: NDArray[np.int64] = (x << ZOOM) + y
        return numbers

    @cached_property
    def _rows(self) -> Mapping[int, NDArray[np.intp]]:
        rows = np.flatnonzero(self.snapshot.answerable)
        numbers = self._numbers[rows]
        order = np.argsort(numbers, kind="stable")
        found, starts = np.unique(numbers[order], return_index=True)
        return dict(zip(found.tolist(), np.split(rows[order], starts[1:]), strict=True))


def digest(content: bytes) -> str:
    """The first digits of the SHA-256 of a content, as addresses carry them."""
    return hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]


class _Numbered:
    """Values that repeat in a cell, each once."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def number(self, value: Any) -> int:  # noqa: ANN401 (of any kind that can be compared)
        if value not in self.values:
            self.values.append(value)
        return self.values.index(value)


def _station(
    record: Mapping[str, Any], hours: _Numbered, sources: _Numbered
) -> Mapping[str, object]:
    text, abroad = record["hours_text"], is_abroad(record["city"])
    rare = {name: record[name] for name in _RARE if record[name] is not None}
    extra = orjson.loads(record["extra"]) if record["extra"] else {}
    return {
        "id": record["id"],
        "name": record["name"],
        "kind": record["kind"],
        "at": [round(record["lon"], _DECIMALS), round(record["lat"], _DECIMALS)],
        "address": record["address"],
        "district": record["district"],
        "hours": hours.number((text, abroad)) if text else None,
        "facilities": record["facilities"],
        "quality": record["position_quality"],
        "listed_on": record["listed_on"],
        "verified_on": record["verified_on"],
        "source": sources.number(record["source"]),
        **rare,
        **{name: extra[name] for name in _EXTRAS if name in extra},
    }


def _schedule(key: tuple[str, bool]) -> Mapping[str, Any]:
    text, abroad = key
    return schedule(text, ABROAD if abroad else read_hours(text))


def _tile(number: int) -> Tile:
    return Tile(number >> ZOOM, number & ((1 << ZOOM) - 1))


def _number(tile: Tile) -> int:
    return (tile.x << ZOOM) + tile.y
