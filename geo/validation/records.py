"""One row → one draft of a station: each value read on its own, all wrong ones reported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol, TypeVar, cast

from geo.catalogue import Declaration
from geo.errors import MixedDataError
from geo.position import Position
from geo.sources.csv_rows import RawRow
from geo.station import PublishedPosition, Station
from geo.text import Text
from geo.validation.columns import COLUMNS, KEPT_AS_WRITTEN, REQUIRED, Row
from geo.validation.coordinates import published_position, stated_position
from geo.validation.divisions import Division
from geo.validation.fields import READERS, Fields
from geo.validation.findings import Report
from geo.validation.privacy import personal_columns, without_personal_data
from geo.validation.refusal import Refusal

_T = TypeVar("_T")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(slots=True)
class Draft:
    """A row that was accepted, on its way to a station.

    ``division`` is ``None`` outside China, and until the position has told it. ``position``
    is WGS-84 once the positions of the file are converted. ``doubts`` are the reasons why
    that position is suspect.
    """

    declaration: Declaration
    row: int
    fields: Fields
    extra: Mapping[str, str]
    division: Division | None
    published: PublishedPosition
    stated: Position | None
    position: Position
    doubts: list[Text]

    def station(self) -> Station:
        """The station."""
        fields = self.fields
        stated = fields["position_note"] or ""
        # A list that we wrote ourselves has our doubts in it already.
        doubts = (str(doubt) for doubt in self.doubts if str(doubt) not in stated)
        notes = filter(None, (stated, *doubts))
        return Station(
            id=fields["id"],
            name=fields["name"],
            kind=fields["kind"],
            position=self.position,
            position_quality="suspect" if self.doubts else fields["position_quality"],
            position_note="；".join(notes) or None,
            position_error_m=fields["position_error_m"],
            published=self.published,
            address=fields["address"],
            city=self.division.city.adcode if self.division else self.declaration.area,
            district=self.division.district.adcode if self.division else self.declaration.area,
            zone=fields["zone"],
            hours_text=fields["hours_text"],
            facilities=fields["facilities"].codes,
            facilities_known=fields["facilities"].known,
            status=fields["status"],
            area_m2=fields["area_m2"],
            phone=fields["phone"],
            source=fields["source"] or self.declaration.source,
            listed_on=fields["listed_on"],
            verified_on=fields["verified_on"],
            synthetic=self.declaration.synthetic,
            extra=self.extra,
        )


class DivisionReader(Protocol):
    """Reads the division that a row names."""

    def of(self, row: Row, declaration: Declaration) -> Division | None:
        """The division; ``None`` if there is none to be read. Raises :class:`Refusal`."""
        ...


class RecordReader:
    """Reads the rows of one file. ``ids`` remembers who took an id, in this file or another.

    ``readers`` reads each of :class:`~geo.validation.fields.Fields`.
    """

    def __init__(
        self,
        declaration: Declaration,
        header: tuple[str, ...],
        *,
        divisions: DivisionReader,
        ids: dict[str, tuple[Declaration, int]],
        report: Report,
        readers: Mapping[str, Callable[[Row], object]] = READERS,
    ) -> None:
        self._declaration = declaration
        self._header = header
        not_kept = {"", *COLUMNS, *KEPT_AS_WRITTEN, *personal_columns(header)}
        self._kept = (*KEPT_AS_WRITTEN, *(column for column in header if column not in not_kept))
        self._divisions = divisions
        self._ids = ids
        self._report = report
        told = {*header, *REQUIRED}
        self._readers = {name: read for name, read in readers.items() if name in told}
        # What no column tells is the same in every row.
        nothing = Row(0, (), ())
        self._untold = {name: read(nothing) for name, read in readers.items() if name not in told}

    def read(self, raw: RawRow) -> Draft | None:
        """The draft, or ``None`` for a rejected row; everything wrong with it is reported.

        Raises :class:`MixedDataError` if the row says of itself that it is synthetic and
        its file that it is not, or the other way round.
        """
        rejections = self._report.rejections
        row = self._row(raw)
        draft = None if row is None else self._draft(row)
        return draft if self._report.rejections == rejections else None

    def _row(self, raw: RawRow) -> Row | None:
        if raw.cells is None:
            self._refuse(raw.number, Refusal("damaged_row", None))
            return None
        if len(raw.cells) != len(self._header):
            counts = {"cells": len(raw.cells), "columns": len(self._header)}
            self._refuse(raw.number, Refusal("ragged_row", None, **counts))
            return None
        cells, with_personal = without_personal_data(self._header, raw.cells)
        for column in with_personal:
            self._refuse(raw.number, Refusal("personal_number", column))
        return Row(raw.number, cells, self._header)

    def _draft(self, row: Row) -> Draft | None:
        told = {name: self._try(row, read) for name, read in self._readers.items()}
        fields = cast("Fields", {**self._untold, **told})
        self._require_same_world(row, synthetic=bool(fields["synthetic"]))
        self._try(row, self._take_id)
        division = self._try(row, self._division)
        published = self._try(row, self._published)
        stated = self._try(row, stated_position)
        if published is None:
            return None
        return Draft(
            declaration=self._declaration,
            row=row.number,
            fields=fields,
            extra=self._extra(row, fields),
            division=division,
            published=published,
            stated=stated,
            position=Position(published.lon, published.lat),
            doubts=[],
        )

    def _try(self, row: Row, read: Callable[[Row], _T]) -> _T | None:
        try:
            return read(row)
        except Refusal as refusal:
            self._refuse(row.number, refusal)
            return cast("_T | None", refusal.instead)

    def _refuse(self, row: int, refusal: Refusal) -> None:
        self._report.add(
            refusal.code,
            source=self._declaration.path,
            row=row,
            field=refusal.field,
            **refusal.details,
        )

    def _division(self, row: Row) -> Division | None:
        return self._divisions.of(row, self._declaration)

    def _published(self, row: Row) -> PublishedPosition:
        return published_position(row, self._declaration)

    def _take_id(self, row: Row) -> None:
        station_id = row["id"]
        if station_id in self._ids:
            raise Refusal(
                "repeated_id", "id", value=station_id, first=place(*self._ids[station_id])
            )
        if station_id:
            self._ids[station_id] = self._declaration, row.number

    def _require_same_world(self, row: Row, *, synthetic: bool) -> None:
        if synthetic != self._declaration.synthetic:
            where = place(self._declaration, row.number)
            raise MixedDataError(
                f"{where.zh}与文件的声明不一致：真实数据与示意数据不能混在一起",
                f"{where.en} is not what its file declares: real and synthetic data never mix",
            )

    def _extra(self, row: Row, fields: Fields) -> Mapping[str, str]:
        written = {column: cell for column in self._kept if (cell := row[column])}
        if row["kind"] != fields["kind"]:
            written.setdefault("kind_text", row["kind"])
        if fields["sheltered"] is None:
            written.pop("sheltered", None)
        if fields["facilities"].unknown_words:
            written["facilities_text"] = row["facilities"]
        if row["id"] != fields["id"]:
            written["id_text"] = row["id"]
        return MappingProxyType(written) if written else _NOTHING


def place(declaration: Declaration, row: int) -> Text:
    """Where a row stands, for a message about another one."""
    return Text(f"{declaration.path} 第 {row} 行", f"{declaration.path} row {row}")
