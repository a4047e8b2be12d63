"""Any list that somebody hands in → columns and raw rows; the content decides, not the name."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from geo.errors import SourceError
from geo.sources.delimited import open_delimited, unpacked_start
from geo.sources.raw_table import UNLIMITED, Limits, RawTable, require_no_sheet

__all__ = ["UNLIMITED", "Limits", "RawTable", "open_table"]

DEFAULT_LIMITS: Final = Limits()
Opener = Callable[[Path, str | None, Limits], RawTable]
_HEAD_BYTES: Final = 4096
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE: Final = b"SQLite format 3\0"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def open_table(
    path: Path, *, sheet: str | None = None, limits: Limits | None = DEFAULT_LIMITS
) -> RawTable:
    """Open a list: delimited text, XLSX, GeoJSON, GeoPackage or an OpenStreetMap extract.

    ``sheet`` names a worksheet or a layer; by default it is the first. ``limits=None`` sets
    none. Raises :class:`SourceError` for a file of another kind, a damaged one and one over
    the limits (also while its rows are walked), and :class:`InputError` for a sheet that it
    does not have.
    """
    limits = limits or UNLIMITED
    try:
        head = unpacked_start(path, _HEAD_BYTES)
        return _opener(head)(path, sheet, limits)
    except OSError as error:
        raise SourceError(
            f"文件无法打开：{error.strerror}",
            f"the file cannot be opened: {error.strerror}",
            reason="damaged",
        ) from None


def _opener(head: bytes) -> Opener:
    text = head.removeprefix(_UTF8_MARK).lstrip()
    if head.startswith(_ZIP):
        return _workbook
    if head.startswith(_SQLITE):
        return _geopackage
    if b"OSMHeader" in head[:32] or (text.startswith(b"<") and b"<osm" in text):
        return _osm
    if text.startswith(b"{"):
        return _geojson
    _refuse_others(head, text)
    return _delimited


def _refuse_others(head: bytes, text: bytes) -> None:
    if head.startswith(_OLE):
        raise _other(
            "旧版 Excel（.xls）或设有密码的工作簿：请另存为无密码的 .xlsx",
            "an old Excel file (.xls) or one with a password: save it as .xlsx without",
        )
    if text.startswith(b"<"):
        raise _other(
            "网页或 XML 文件：请另存为 .xlsx 或 CSV",
            "a web page or XML file: save it as .xlsx or CSV",
        )
    if b"\0" in head and not head.startswith(_UTF16_MARKS):
        raise _other("不认识的二进制文件", "a binary file of an unknown kind")


def _other(zh: str, en: str) -> SourceError:
    return SourceError(
        f"{zh}。可读：CSV/TSV（可为 .gz）、XLSX、GeoJSON、GeoPackage、OpenStreetMap（.osm.pbf）",
        f"{en}. Known: CSV/TSV (also .gz), XLSX, GeoJSON, GeoPackage, OpenStreetMap (.osm.pbf)",
        reason="format",
    )


def _delimited(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    require_no_sheet(sheet)
    return open_delimited(path, limits)


def _workbook(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    from geo.sources.workbook import open_workbook  # noqa: PLC0415  (each reader has its library)

    return open_workbook(path, sheet, limits)


def _geojson(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    from geo.sources.geojson import open_geojson  # noqa: PLC0415

    require_no_sheet(sheet)
    return open_geojson(path, limits)


def _geopackage(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    from geo.sources.geopackage import open_geopackage  # noqa: PLC0415

    return open_geopackage(path, sheet, limits)


def _osm(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    from geo.sources.osm import open_osm  # noqa: PLC0415

    require_no_sheet(sheet)
    return open_osm(path, limits)
