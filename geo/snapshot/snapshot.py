"""A loaded snapshot: read-only columns in memory, and stations made from them on demand."""

import bisect
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.catalogue import CatalogueInfo
from geo.errors import NotFoundError
from geo.snapshot.arrays import codes_of, numpy_of
from geo.snapshot.columns import station_of
from geo.snapshot.file import read
from geo.station import Station

_REVISION_LENGTH = 12
_BATCH = 4096
# So many ids before and behind the place where an unknown one would stand.
_SUGGESTIONS = 2


class Snapshot:
    """One revision of the catalogue. Rows are in the order of their ids.

    ``digest`` is the SHA-256 of the file in hex, ``revision`` its first 12 digits. ``lon``
    and ``lat`` (WGS-84 degrees) and ``answerable`` (whether a row may be the answer to a
    query for the nearest) have shape (n,) and are read-only. ``table`` holds the columns
    of :data:`geo.snapshot.columns.SCHEMA` without the geometry.
    """

    def __init__(self, path: Path, digest: str, info: CatalogueInfo, table: pa.Table) -> None:
        self.path = path
        self.digest = digest
        self.revision = digest[:_REVISION_LENGTH]
        self.info = info
        self.table = table
        self.lon: NDArray[np.float64] = numpy_of(self.column("lon"))
        self.lat: NDArray[np.float64] = numpy_of(self.column("lat"))
        self.answerable = self._answerable()

    @classmethod
    def open(cls, path: Path) -> "Snapshot":
        """Load and verify a file. Raises :class:`~geo.errors.SnapshotError` if it is damaged."""
        return cls(path, *read(path))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def station(self, row: int) -> Station:
        """The station of a row, 0 ≤ row < n."""
        return station_of({name: self.table[name][row].as_py() for name in self.table.column_names})

    def stations(self) -> Iterator[Station]:
        """Every station in the order of rows."""
        for batch in self.table.to_batches(max_chunksize=_BATCH):
            columns = {name: batch[name].to_pylist() for name in batch.schema.names}
            for values in zip(*columns.values(), strict=True):
                yield station_of(dict(zip(columns, values, strict=True)))

    def row_of(self, station_id: str) -> int:
        """The row of a station. Raises :class:`NotFoundError` with the nearest ids."""
        wanted = station_id.encode(errors="replace")
        row = bisect.bisect_left(range(len(self)), wanted, key=lambda i: self._id(i).encode())
        if row < len(self) and self._id(row) == station_id:
            return row
        shown = station_id[:40]
        around = range(max(row - _SUGGESTIONS, 0), min(row + _SUGGESTIONS, len(self)))
        raise NotFoundError(
            f"没有编号为 {shown} 的站点",
            f"there is no station with the id {shown}",
            suggestions=[self._id(i) for i in around],
        )

    def rows_of_city(self, adcode: str) -> NDArray[np.intp]:
        """The rows of the stations that a city's record lists, suspect ones included."""
        return self._rows_of_cities.get(adcode, np.empty(0, dtype=np.intp))

    @cached_property
    def by_kind(self) -> Mapping[str, int]:
        """How many stations each kind has."""
        return _counts(self.table["kind"])

    @cached_property
    def by_city(self) -> Mapping[str, int]:
        """How many stations each city has, by adcode."""
        return {city: len(rows) for city, rows in self._rows_of_cities.items()}

    @cached_property
    def _rows_of_cities(self) -> Mapping[str, NDArray[np.intp]]:
        codes, names = self.codes("city")
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(names)))
        return dict(zip(names, np.split(order, ends[:-1]), strict=True)) if len(names) else {}

    def codes(self, column: str) -> tuple[NDArray[np.int32], list[str]]:
        """A column of repeated texts as indices of shape (n,) into its distinct values.

        Where there is no text, the index is -1.
        """
        encoded = self.column(column)
        return codes_of(encoded.indices), encoded.dictionary.to_pylist()

    def column(self, name: str) -> pa.Array:
        """A column of ``table`` as one array of length n, without a copy."""
        column = self.table[name]
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def _answerable(self) -> NDArray[np.bool_]:
        mask = self._is("status", "open") & ~self._is("position_quality", "suspect")
        mask.flags.writeable = False
        return mask

    def _is(self, column: str, text: str) -> NDArray[np.bool_]:
        codes, texts = self.codes(column)
        mask: NDArray[np.bool_] = codes == (texts.index(text) if text in texts else -1)
        return mask

    def _id(self, row: int) -> str:
        return str(self.table["id"][row].as_py())


def _counts(column: pa.ChunkedArray) -> Mapping[str, int]:
    counted = column.value_counts().to_pylist()
    return {pair["values"]: pair["counts"] for pair in counted}
