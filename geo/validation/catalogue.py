"""A folder of declared files → stations and findings. Nothing is printed, no row vanishes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geo.catalogue import NATION, CatalogueInfo, Declaration
from geo.errors import CatalogError, NotFoundError
from geo.places import Places
from geo.sources.catalog import Catalog, read_catalog, sources_digest
from geo.sources.csv_rows import CsvFile, read_csv
from geo.station import Station
from geo.text import Text
from geo.validation.columns import REQUIRED, is_known, missing_columns
from geo.validation.contradictions import check_positions
from geo.validation.divisions import Divisions
from geo.validation.duplicates import check_duplicates
from geo.validation.findings import Finding, Report, rules
from geo.validation.positions import check_stated, convert_positions
from geo.validation.privacy import personal_columns
from geo.validation.records import Draft, RecordReader

Progress = Callable[[float], None]
_READING_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the door let in, and everything that it found.

    ``list_keys`` names the list (``Declaration.path``) of each station. ``rows_in`` counts
    the rows of all declared files: it is the number of stations plus ``rejected_rows``,
    always.
    """

    info: CatalogueInfo
    stations: tuple[Station, ...]
    list_keys: tuple[str, ...]
    findings: tuple[Finding, ...]
    rows_in: int
    rejected_rows: int

    @property
    def unread_files(self) -> tuple[str, ...]:
        """The declared files of which nothing could be read."""
        declared = {declaration.path for declaration in self.info.declarations}
        return tuple(
            finding.source
            for finding in self.findings
            if rules()[finding.code].effect == "file_not_read" and finding.source in declared
        )

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(finding.severity == "error" for finding in self.findings)


def read_catalogue(
    folder: Path, places: Places, *, progress: Progress = lambda _: None
) -> Catalogue:
    """Read and check every file that ``folder/catalog.toml`` declares.

    Rows are judged one by one, then together: a row with an error is left out and
    reported, one with a warning is let in. ``progress`` is told the share done, 0 to 1.
    Raises :class:`CatalogError` for a catalogue that cannot be used, and
    :class:`MixedDataError` where real and synthetic rows would meet.
    """
    catalog = read_catalog(folder)
    _require_areas(catalog, places)
    door = _Door(catalog, places)
    for nth, declaration in enumerate(catalog.declarations, 1):
        door.read_file(declaration)
        progress(_READING_SHARE * nth / len(catalog.declarations))
    door.compare(lambda share: progress(_READING_SHARE + (1 - _READING_SHARE) * share))
    return door.catalogue()


class _Door:
    """The state of one reading: what came in, what was accepted, what was found."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog = catalog
        self._places = places
        self._divisions = Divisions(places)
        self._ids: dict[str, tuple[Declaration, int]] = {}
        self._report = Report()
        self._drafts: list[Draft] = []
        self._rows_in = 0
        # Taken before the files are read: of one that changes meanwhile, the next digest differs.
        self._digest = sources_digest(catalog.folder)
        for path in catalog.undeclared_files():
            self._report.add("undeclared_file", source=path)

    def read_file(self, declaration: Declaration) -> None:
        path = self._catalog.folder / declaration.path
        if not path.is_file():
            self._report.add("file_missing", source=declaration.path)
            return
        file = read_csv(path)
        if self._is_unreadable(file, declaration):
            return
        self._report_columns(file, declaration)
        reader = RecordReader(
            declaration,
            file.header,
            divisions=self._divisions,
            ids=self._ids,
            report=self._report,
        )
        for raw in file.rows:
            self._rows_in += 1
            draft = reader.read(raw)
            if draft:
                self._drafts.append(draft)

    def compare(self, progress: Progress) -> None:
        """Apply the rules that look at more than one value."""
        convert_positions(self._drafts)
        check_stated(self._drafts, self._report)
        check_positions(self._drafts, self._places, self._report, progress)
        check_duplicates(self._drafts, self._report)

    def catalogue(self) -> Catalogue:
        catalog = self._catalog
        return Catalogue(
            info=CatalogueInfo(
                provinces=catalog.provinces,
                declarations=catalog.declarations,
                synthetic=catalog.synthetic,
                sources_digest=self._digest,
            ),
            stations=tuple(draft.station() for draft in self._drafts),
            list_keys=tuple(draft.declaration.path for draft in self._drafts),
            findings=self._sorted_findings(),
            rows_in=self._rows_in,
            rejected_rows=self._rows_in - len(self._drafts),
        )

    def _is_unreadable(self, file: CsvFile, declaration: Declaration) -> bool:
        """Report a file whose rows cannot be told apart into columns; they all are rejected."""
        missing = missing_columns(file.header)
        repeated = {name for name in file.header if name and file.header.count(name) > 1}
        if not (file.undecodable_line or missing or repeated):
            return False
        rows = sum(1 for _ in file.rows)
        self._rows_in += rows
        if file.undecodable_line:
            line = file.undecodable_line
            self._report.add("not_utf8", source=declaration.path, line=line, rows=rows)
        elif missing:
            self._report.add(
                "missing_column",
                source=declaration.path,
                columns=_listed(missing),
                required=_listed((*REQUIRED, "published_lon", "published_lat")),
                rows=rows,
            )
        else:
            self._report.add(
                "repeated_column",
                source=declaration.path,
                columns=", ".join(sorted(repeated)),
                rows=rows,
            )
        return True

    def _report_columns(self, file: CsvFile, declaration: Declaration) -> None:
        personal = personal_columns(file.header)
        for column in file.header:
            if column in personal:
                self._report.add("personal_column", source=declaration.path, column=column)
            elif column and not is_known(column):
                self._report.add("unknown_column", source=declaration.path, column=column)

    def _sorted_findings(self) -> tuple[Finding, ...]:
        files = [declaration.path for declaration in self._catalog.declarations]
        order = {path: nth for nth, path in enumerate(files)}
        return tuple(
            sorted(
                self._report.findings,
                key=lambda finding: (order.get(finding.source, len(order)), finding.row or 0),
            )
        )


def _require_areas(catalog: Catalog, places: Places) -> None:
    areas = {each.area for each in catalog.declarations if not each.abroad} - {NATION}
    for adcode in sorted(areas.union(catalog.provinces)):
        try:
            places.get(adcode)
        except NotFoundError as error:
            raise CatalogError(
                f"catalog.toml 中的区划代码有误：{error.text.zh}",
                f"catalog.toml names a place that does not exist: {error.text.en}",
            ) from None


def _listed(columns: tuple[str, ...]) -> Text:
    return Text("、".join(columns), ", ".join(columns))
