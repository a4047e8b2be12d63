"""Stations in batches, their positions in the datum that is asked for."""

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import numpy as np

from geo.datum import convert
from geo.position import Position
from geo.station import Datum, Station

BATCH: Final = 2_000


def batches(stations: Iterable[Station], datum: Datum) -> Iterator[list[Station]]:
    """Lists of at most :data:`BATCH` stations; positions are degrees in ``datum``."""
    rest = iter(stations)
    while batch := list(islice(rest, BATCH)):
        yield batch if datum == "wgs84" else _converted(batch, datum)


def _converted(batch: list[Station], datum: Datum) -> list[Station]:
    lon = np.array([station.position.lon for station in batch])
    lat = np.array([station.position.lat for station in batch])
    lons, lats = convert(lon, lat, source="wgs84", target=datum)
    return [
        dataclasses.replace(station, position=Position(x, y))
        for station, x, y in zip(batch, lons.tolist(), lats.tolist(), strict=True)
    ]
