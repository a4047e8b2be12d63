"""A file that was handed in, judged and compared with its list: what an import would do.

Nothing is kept here. A plan holds the proposal that :meth:`geo.store.Store.commit` takes, and
everything that people want to see before they say yes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from geo.catalogue import CatalogueInfo, Declaration
from geo.errors import InputError, RefusedError, SourceError
from geo.hours import SHANGHAI
from geo.importing.accident import large_changes
from geo.importing.canonical import Canonical, is_count, is_trace
from geo.importing.datum import DatumTaken, datum_of
from geo.importing.door import Door, Judged, Progress
from geo.importing.duplicates import PossibleDuplicate, possible_duplicates
from geo.importing.edition import Edition, new_edition
from geo.importing.options import ImportOptions
from geo.places import Places
from geo.sources.csv_rows import RawRow
from geo.sources.headers import ColumnMap, match_columns
from geo.sources.tables import RawTable, open_table
from geo.station import Station
from geo.store import Changed, Listed, Pending, Proposal, Store
from geo.text import Text
from geo.validation.findings import Finding, Report
from geo.validation.positions import distance_text

_SAMPLE_ROWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows by what became of them, and stations that the file no longer has.

    ``rows == added + changed + unchanged + rejected + pending``, always.
    """

    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    pending: int
    closed: int
    personal_cells: int

    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        parts = self.added + self.changed + self.unchanged + self.rejected + self.pending
        return self.rows == parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do. ``blocked`` says why it must not be done as it is."""

    source: str
    taken: Sequence[Text]
    columns: ColumnMap
    datum: DatumTaken
    counts: Counts
    added: Sequence[Station]
    changed: Sequence[Changed]
    closed: Sequence[Station]
    duplicates: Sequence[PossibleDuplicate]
    findings: Sequence[Finding]
    blocked: Text | None
    proposal: Proposal


def plan_import(
    path: Path,
    store: Store,
    options: ImportOptions,
    places: Places,
    *,
    name: str | None = None,
    progress: Progress = lambda _title, _share: None,
) -> Plan:
    """Read, judge and compare a file. ``name`` is what its sender calls it.

    Raises :class:`~geo.errors.SourceError` for a file that cannot be read,
    :class:`InputError` for options that do not fit it, and
    :class:`~geo.importing.datum_evidence.DatumUndecidedError` where its datum is neither
    declared nor clear.
    """
    planner = _Planner(path, store, options, places, name=name or path.name, progress=progress)
    return planner.plan()


class _Planner:
    def __init__(
        self,
        path: Path,
        store: Store,
        options: ImportOptions,
        places: Places,
        *,
        name: str,
        progress: Progress,
    ) -> None:
        self._path, self._store, self._options = path, store, options
        self._places, self._name, self._progress = places, name, progress
        self._base = store.head()
        self._info = store.info(self._base) if self._base else None
        self._list_key = _list_key(options, self._info)
        listed = store.stations(self._base) if self._base else []
        self._everything = [each.station for each in listed]
        self._list = [e.station for e in listed if e.list_key == self._list_key]
        self._report = Report()

    def plan(self) -> Plan:
        table, columns, canonical, rows, datum = self._read()
        declaration = self._declaration(datum)
        door = Door(canonical, declaration, self._options, self._places, self._report)
        judged = door.judge(rows, self._progress)
        self._progress("比较 / comparing", 0.0)
        edition = new_edition(
            judged.drafts,
            self._list,
            columns=frozenset(columns.by_column),
            next_serial=self._store.next_serial,
            taken=[station.id for station in self._everything],
            missing=self._options.missing,
            listed_on=self._options.listed_on,
        )
        counts = _counts(judged, edition, canonical.personal_cells)
        duplicates = self._duplicates(edition)
        blocked = self._blocked(edition)
        return Plan(
            source=self._name,
            taken=table.note,
            columns=columns,
            datum=datum,
            counts=counts,
            added=edition.added,
            changed=edition.changed,
            closed=edition.closed,
            duplicates=duplicates,
            findings=tuple(sorted(self._report.findings, key=lambda each: each.row or 0)),
            blocked=blocked,
            proposal=self._proposal(declaration, judged, edition, counts, duplicates),
        )

    def _read(self) -> tuple[RawTable, ColumnMap, Canonical, list[RawRow], DatumTaken]:
        """The rows under our columns; the raw ones are let go."""
        table = open_table(self._path, sheet=self._options.sheet, limits=self._options.limits)
        raw_rows = list(table.rows)
        if not raw_rows:
            raise SourceError("文件里没有数据行", "the file has no rows", reason="damaged")
        columns = match_columns(
            table.columns,
            [raw.cells for raw in raw_rows[:_SAMPLE_ROWS] if raw.cells],
            overrides=self._options.columns,
        )
        if not columns.by_column:
            raise _no_column(table.columns)
        self._report_columns(columns)
        canonical = Canonical(
            table.columns,
            columns,
            self._options,
            self._places,
            report=self._report,
            source=self._name,
        )
        rows = list(canonical.rows(iter(raw_rows)))
        datum = datum_of(
            self._options,
            table,
            columns,
            canonical,
            rows,
            raw_rows=raw_rows,
            known=self._everything,
            places=self._places,
            report=self._report,
            source=self._name,
        )
        return table, columns, canonical, rows, datum

    def _report_columns(self, columns: ColumnMap) -> None:
        for column in columns.personal:
            self._report.add("personal_column", source=self._name, column=column)
        for column in filter(lambda name: not is_trace(name, columns), columns.unknown):
            code = "counting_column" if is_count(column) else "unknown_column"
            self._report.add(code, source=self._name, column=column)
        for column in columns.ambiguous:
            self._report.add("ambiguous_column", source=self._name, column=column)
        for problem in columns.doubts:
            self._report.add("doubtful_column", source=self._name, problem=problem)

    def _declaration(self, datum: DatumTaken) -> Declaration:
        options = self._options
        before = _declared(self._info, self._list_key)
        source = options.source or (before.source if before else self._name)
        return Declaration(
            path=self._list_key,
            area=options.area,
            content=options.content,
            datum=datum.datum,
            source=source,
            licence=options.licence or (before.licence if before else "未声明 / not declared"),
            collected_on=options.listed_on or datetime.now(SHANGHAI).date(),
            completeness=before.completeness if before else None,
            synthetic=before.synthetic if before else False,
            note=before.note if before else None,
            area_name=options.area_name or (before.area_name if before else None),
        )

    def _duplicates(self, edition: Edition) -> list[PossibleDuplicate]:
        new = frozenset(station.id for station in edition.added)
        put = {station.id: station for station in self._everything}
        put.update((station.id, station) for station in edition.put)
        found = sorted(
            possible_duplicates(list(put.values()), new), key=lambda pair: (pair.first, pair.second)
        )
        for pair in found:
            station, other = (put[key] for key in _new_first(pair, new))
            self._report.add(
                "possible_duplicate",
                source=self._name,
                row=edition.row_of.get(station.id),
                field="name",
                other=Text(*2 * [f"{other.id} {other.name[:40]}"]),
                distance=distance_text(float(pair.evidence["distance_m"] or 0.0)),
                similarity=round(100 * float(pair.evidence["name_similarity"] or 0.0)),
            )
        return found

    def _blocked(self, edition: Edition) -> Text | None:
        errors = [each for each in self._report.findings if each.severity == "error"]
        if self._options.on_error == "abort" and errors:
            return Text(
                f"有 {len(errors)} 处错误，按所选策略整个文件不收",
                f"{len(errors)} errors: by the chosen policy nothing of the file is taken",
            )
        large = list(large_changes(self._list, edition))
        for change in large:
            self._report.add(
                "large_change",
                source=self._name,
                city=self._area_name(change.city or self._options.area),
                before=change.before,
                closed=change.closed,
                moved=change.moved,
            )
        if not large or self._options.accept_large_change:
            return None
        return self._report.findings[-1].message

    def _area_name(self, code: str) -> Text:
        if self._options.area_name:
            return self._options.area_name
        place = self._places.get(code)
        return Text(place.name, place.name_en)

    def _proposal(
        self,
        declaration: Declaration,
        judged: Judged,
        edition: Edition,
        counts: Counts,
        duplicates: Sequence[PossibleDuplicate],
    ) -> Proposal:
        options, key = self._options, self._list_key
        info = self._info
        pending = [
            Pending(
                key=f"{key}:{each.row}",
                list_key=key,
                row=each.row,
                reason=each.reason,
                fields=each.fields,
            )
            for each in judged.waiting
        ]
        return Proposal(
            base=self._base,
            who=options.who,
            action="import",
            note=options.note,
            list_key=key,
            source_file=self._name,
            source_sha256=_sha256(self._path),
            put=[Listed(key, station) for station in edition.put],
            remove=(),
            put_lists=[declaration],
            remove_lists=(),
            pending={key: pending},
            provinces=self._provinces(info),
            synthetic=info.synthetic if info else False,
            sources_digest=info.sources_digest if info else "",
            counts={name: getattr(counts, name) for name in Counts.__slots__},
            duplicates=[(each.first, each.second, each.evidence) for each in duplicates],
        )

    def _provinces(self, info: CatalogueInfo | None) -> tuple[str, ...]:
        """Those answered for so far, and the province of the new list."""
        before = info.provinces if info else ()
        if self._options.area_name or self._options.area == "100000":
            return before
        place = self._places.get(self._options.area)
        if place.level == "district" and place.parent:
            place = self._places.get(place.parent, "city")
        if place.level == "city" and place.parent:
            place = self._places.get(place.parent, "province")
        return tuple(sorted({*before, place.adcode}))


def _no_column(headers: Sequence[str]) -> InputError:
    return InputError(
        "map",
        zh="没有认出任何一列",
        en="no column was recognised",
        value=", ".join(headers)[:80],
        expected=Text(
            "首行为表头，如 名称、地址、经度、纬度；或用 --map 表头=字段 指明",
            "a header such as name, address, lon, lat in the first row; or --map header=column",
        ),
    )


def _counts(judged: Judged, edition: Edition, personal_cells: int) -> Counts:
    return Counts(
        rows=judged.rows_in,
        added=len(edition.added),
        changed=len(edition.changed),
        unchanged=edition.unchanged,
        rejected=judged.rejected,
        pending=len(judged.waiting),
        closed=len(edition.closed),
        personal_cells=personal_cells,
    )


def _new_first(pair: PossibleDuplicate, new: frozenset[str]) -> tuple[str, str]:
    if pair.second in new:
        return pair.second, pair.first
    return pair.first, pair.second


def _list_key(options: ImportOptions, info: CatalogueInfo | None) -> str:
    """The list that a file is the new edition of: the named one, or the only one of its area."""
    lists = info.declarations if info else ()
    of_area = [d.path for d in lists if d.area == options.area and d.content == options.content]
    if options.list_key:
        return options.list_key
    if len(of_area) > 1:
        raise InputError(
            "list",
            zh=f"{options.area} 有 {len(of_area)} 份名录，请指明是哪一份",
            en=f"{options.area} has {len(of_area)} lists: say which one this is",
            value=None,
            expected=Text("、".join(of_area), ", ".join(of_area)),
        )
    return of_area[0] if of_area else f"{options.area}-{options.content}"


def _declared(info: CatalogueInfo | None, key: str) -> Declaration | None:
    return next((each for each in info.declarations if each.path == key), None) if info else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(plan: Plan, store: Store) -> int:
    """Commit a plan, its possible duplicates with it; the number of the revision.

    Raises :class:`~geo.errors.ConflictError` if there is a newer revision than the one that
    it was compared with, and :class:`~geo.errors.RefusedError` if it is blocked.
    """
    if plan.blocked:
        raise RefusedError(plan.blocked.zh, plan.blocked.en)
    return store.commit(plan.proposal).number
