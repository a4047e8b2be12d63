"""What every reader gives, the limits that all of them keep, and how cells are written."""

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from geo.errors import InputError, SourceError
from geo.sources.csv_rows import RawRow
from geo.station import Datum
from geo.text import Text

MIB: Final = 2**20
# A small file may be mostly blank; only what is large as well is a bomb.
RATIO_MATTERS_FROM: Final = 16 * MIB


@dataclass(frozen=True, slots=True)
class RawTable:
    """A list as it was handed in, nothing judged.

    ``columns`` are the headers, none blank and none twice. ``rows`` can be walked once; a
    row's ``number`` is that of a spreadsheet in which the header is row 1 (of the file's own
    where it is one), its cells are one per column but for a delimited file's ragged rows.
    Walking raises :class:`SourceError` where the file is damaged or exceeds a limit.
    ``note`` says what was taken for what, for the one who handed the file in.
    ``declared_datum`` is that of the geometries where the format or the file states it.
    """

    columns: tuple[str, ...]
    rows: Iterator[RawRow]
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    declared_datum: Datum | None = None
    note: tuple[Text, ...] = ()


class Limits(NamedTuple):
    """What a file may not exceed; ``None`` is no limit.

    ``max_bytes`` counts after unpacking, ``max_ratio`` is the size after unpacking over
    that before, ``max_cells`` is rows times columns up to the outermost cell of a sheet.
    """

    max_rows: int | None = 200_000
    max_bytes: int | None = 512 * MIB
    max_ratio: int | None = 200
    max_columns: int | None = 1_000
    max_cells: int | None = 10_000_000
    max_archive_entries: int | None = 1_000


UNLIMITED: Final = Limits(*[None] * len(Limits._fields))


def damaged(zh: str, en: str, *, row: int | None = None) -> SourceError:
    """The error that a file of a known format is broken."""
    return SourceError(zh, en, reason="damaged", row=row)


def within(size: int, most: int | None, zh: str, en: str, *, row: int | None = None) -> None:
    """Raise :class:`SourceError` where ``size`` exceeds ``most`` of what the words name."""
    if most is not None and size > most:
        raise SourceError(
            f"{zh}超过上限 {most:,}：请拆分后分次提交",
            f"{en}: more than the limit of {most:,}; split the list and hand it in in parts",
            reason="limit",
            row=row,
        )


def counted(rows: Iterator[RawRow], most: int | None) -> Iterator[RawRow]:
    """The rows, up to the limit."""
    for count, row in enumerate(rows, 1):
        within(count, most, "行数", "rows", row=row.number)
        yield row


def named_columns(headers: Sequence[str]) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Headers of which none is blank or twice, and notes on those that were."""
    names: list[str] = []
    repeated: list[str] = []
    taken = {header.strip() for header in headers}
    for at, header in enumerate(headers):
        name = " ".join(header.split()) or f"{column_letters(at)} 列"
        if name in names:
            repeated.append(name)
            name = _numbered(name, taken.union(names))
        names.append(name)
    listed = "、".join(dict.fromkeys(repeated)), ", ".join(dict.fromkeys(repeated))
    note = Text(f"重复的列名已编号：{listed[0]}", f"repeated headers were numbered: {listed[1]}")
    return tuple(names), (note,) if repeated else ()


def _numbered(name: str, taken: set[str]) -> str:
    count = 2
    while f"{name} ({count})" in taken:
        count += 1
    return f"{name} ({count})"


def column_letters(at: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters


def cell_text(value: object) -> str:
    """A typed value as it would be typed into a list: no ``.0``, no exponent, ISO dates."""
    kind = type(value)
    if kind is str:
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return _time_text(value) or str(value)


def number_text(value: float) -> str:
    """The shortest plain digits that give the number back."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _time_text(value: object) -> str | None:
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return None


def require_no_sheet(sheet: str | None) -> None:
    """Raise :class:`InputError` where a sheet is named of a format that has none."""
    if sheet is not None:
        raise InputError(
            "sheet",
            zh="这种文件没有工作表",
            en="this kind of file has no sheets",
            value=sheet[:40],
        )


def chosen_sheet(sheet: str | None, names: Sequence[str]) -> str:
    """The sheet that is asked for, or the first. Raises :class:`InputError` if it is not there."""
    if sheet is None:
        return names[0]
    if sheet in names:
        return sheet
    raise InputError(
        "sheet",
        zh=f"没有工作表“{sheet[:40]}”",
        en=f"there is no sheet {sheet[:40]!r}",
        value=sheet[:40],
        expected=Text(f"其一：{'、'.join(names)}", f"one of {', '.join(names)}"),
    )


def sheet_notes(taken: str, names: Sequence[str]) -> tuple[Text, ...]:
    """Which sheet was taken, and which were not."""
    others = [name for name in names if name != taken]
    notes = [Text(f"工作表：{taken}", f"sheet: {taken}")]
    if others:
        notes.append(
            Text(f"未读取的工作表：{'、'.join(others)}", f"sheets not read: {', '.join(others)}")
        )
    return tuple(notes)
