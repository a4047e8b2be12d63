"""The stations of a page as compact data: rows of numbers, and tables of what repeats."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from geo.places import Place
from geo.station import Datum, Station
from geo.text import Text
from geo.vocabulary import vocabulary
from maps import drawing
from maps.layers import Drawn
from maps.symbols import kinds_in_order, symbol_of

# From so many stations on, those that stand dense are drawn as one mark with their number.
_CLUSTERED_FROM = 300

_QUALITIES = {
    "surveyed": Text("实地测量", "surveyed"),
    "map_poi": Text("地图兴趣点", "point of interest of a map"),
    "geocoded": Text("由地址推算", "geocoded from the address"),
    "unknown": Text("未知", "unknown"),
    "suspect": Text("存疑", "in doubt"),
}
_STATUSES = {
    "open": Text("开放", "open"),
    "suspended": Text("暂停服务", "suspended"),
    "closed": Text("已关闭", "closed"),
}

Key = TypeVar("Key", bound=Hashable)


class _Table(Generic[Key]):
    """Distinct values in the order in which they first appear."""

    def __init__(self, values: Iterable[Key] = ()) -> None:
        self.values = list(values)
        self._numbers = {value: number for number, value in enumerate(self.values)}

    def number(self, value: Key) -> int:
        if value not in self._numbers:
            self._numbers[value] = len(self.values)
            self.values.append(value)
        return self._numbers[value]


def station_layer(
    own: Sequence[Station],
    foreign: Sequence[Station],
    districts: Sequence[Place],
    *,
    datum: Datum,
    clustered: bool,
    small: bool = False,
) -> Drawn:
    """The layer of stations.

    ``foreign`` are stations of other cities near the border: drawn, since they reach in,
    and not listed. ``clustered`` draws those that stand dense as one mark with their number;
    ``small`` marks leave room for what lies beneath.
    """
    block = {"clustered": clustered, "small": small} | _block(own, foreign, districts, datum)
    scripts = ("symbols.js", "markercluster.js", "stations.js")
    return Drawn("stations", "stations", block, scripts=scripts, styles=("markercluster.css",))


def _block(
    own: Sequence[Station], foreign: Sequence[Station], districts: Sequence[Place], datum: Datum
) -> dict[str, Any]:
    stations = [*own, *foreign]
    kinds = kinds_in_order()
    codes = _Table(kind.code for kind in kinds)
    tables = {
        "district": _Table(each.adcode for each in districts),
        "source": _Table[str](),
        "facility": _Table(vocabulary().facilities),
    }
    positions = drawing.points(
        np.array([station.position.lon for station in stations]),
        np.array([station.position.lat for station in stations]),
        datum=datum,
    )
    rows = [
        _row(station, at, codes.number(station.kind), tables, is_foreign=number >= len(own))
        for number, (station, at) in enumerate(zip(stations, positions, strict=True))
    ]
    return {
        "tables": {
            "kinds": [
                {"code": kind.code, "label": list(kind.label), "symbol": _symbol(kind.code)}
                for kind in kinds
            ],
            "districts": [
                {"code": each.adcode, "label": [each.name, each.name_en]} for each in districts
            ],
            "sources": tables["source"].values,
            "facilities": [list(term.label) for term in vocabulary().facilities.values()],
            "qualities": _labelled(_QUALITIES),
            "statuses": _labelled(_STATUSES),
        },
        "rows": rows,
    }


def is_clustered(count: int) -> bool:
    """Whether a map of so many stations draws dense ones as one mark with their number."""
    return count >= _CLUSTERED_FROM


def _row(
    station: Station, at: list[int], kind: int, tables: dict[str, _Table[str]], *, is_foreign: bool
) -> list[Any]:
    """In the order of FIELDS in ``web/stations.js``."""
    facilities = [tables["facility"].number(code) for code in sorted(station.facilities)]
    return [
        station.id,
        station.name,
        kind,
        at,
        tables["district"].number(station.district) if not is_foreign else -1,
        station.address,
        station.hours_text,
        facilities if station.facilities_known else None,
        tables["source"].number(station.source),
        station.listed_on,
        station.verified_on,
        list(_QUALITIES).index(station.position_quality),
        station.position_note,
        list(_STATUSES).index(station.status),
        int(is_foreign),
    ]


def _symbol(code: str) -> dict[str, str]:
    symbol = symbol_of(vocabulary().kinds[code])
    return {"shape": symbol.shape, "colour": symbol.colour, "character": symbol.character}


def _labelled(table: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"code": code, "label": list(label)} for code, label in table.items()]
