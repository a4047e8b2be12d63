"""Writes the synthetic catalogue: one CSV in our schema, and the ``catalog.toml`` beside it."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import NATION, SYNTHETIC
from geo.errors import CatalogError, MixedDataError
from geo.places import Place, Places
from geo.sources.catalog import CATALOG_NAME, read_catalog
from geo.synth.plan import stations_by_district
from geo.synth.points import DECIMALS, points_inside
from geo.synth.shares import shares
from geo.synth.words import drawn_columns, named_columns

Progress = Callable[[float], None]
_COLUMNS: Final = (
    *("id", "name", "kind", "address", "district", "lon", "lat", "position_quality"),
    *("hours_text", "facilities", "status", "area_m2"),
    *("trades", "gathers", "sheltered", "inn", "source", "synthetic"),
)


def write_catalogue(
    path: Path,
    places: Places,
    *,
    provinces: Sequence[str],
    stations: int,
    seed: int,
    progress: Progress = lambda _: None,
) -> Path:
    """Write ``stations`` synthetic stations of the provinces (adcodes) to the CSV ``path``.

    They follow the people of the districts and the table ``shares.toml``; the same
    arguments give the same bytes. ``catalog.toml`` is written beside the file, so that
    its folder can be read like any other catalogue; its path is given back. ``progress``
    is told the share done. Raises :class:`CatalogError` if the folder holds another
    catalogue (:class:`MixedDataError` if a real one), :class:`InputError` if nobody is
    known to live there.
    """
    declaration = _free_declaration(path)
    plan = stations_by_district(places, provinces, stations)
    points = _points(plan, places, seed, progress)
    rng = np.random.default_rng(seed)
    drawn = drawn_columns(stations, shares(), rng)
    named = named_columns(plan, drawn["kind"], seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_csv(path, {**drawn, **named, **_coordinates(points)})
    served = [province for province in provinces if _has_station(province, plan)]
    _replace(declaration, _declared(path.name, served, seed))
    return declaration


def _free_declaration(path: Path) -> Path:
    """Where ``catalog.toml`` goes, if there is none but of this very file."""
    declaration = path.parent / CATALOG_NAME
    if not declaration.exists():
        return declaration
    catalog = read_catalog(path.parent)
    if not catalog.synthetic:
        raise MixedDataError(
            "这个文件夹里是真实名录，示意数据不能写在一起：请另选文件夹",
            "this folder holds real lists, and synthetic data must not join them:"
            " choose another folder",
        )
    if [declared.path for declared in catalog.declarations] != [path.name]:
        raise CatalogError(
            "这个文件夹里已有另一份示意名录：请另选文件夹，或沿用其文件名",
            "this folder holds another synthetic catalogue: choose another folder,"
            " or the name of its file",
        )
    return declaration


def _has_station(province: str, plan: Sequence[tuple[Place, int]]) -> bool:
    return any(district.adcode[:2] == province[:2] for district, _ in plan)


def _points(
    plan: Sequence[tuple[Place, int]], places: Places, seed: int, progress: Progress
) -> NDArray[np.float64]:
    table = shares()
    points = []
    for done, (district, count) in enumerate(plan, 1):
        # A stream of its own for each district: it does not depend on the others.
        rng = np.random.default_rng([seed, int(district.adcode)])
        outline = places.outline(district.adcode)
        points.append(points_inside(outline, count, table.urban(district.adcode), table, rng))
        progress(done / len(plan))
    return np.concatenate(points)


def _coordinates(points: NDArray[np.float64]) -> Mapping[str, Sequence[str]]:
    return {
        axis: [f"{degrees:.{DECIMALS}f}" for degrees in points[:, at].tolist()]
        for at, axis in enumerate(("lon", "lat"))
    }


def _write_csv(path: Path, columns: Mapping[str, Sequence[str]]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(zip(*(columns[name] for name in _COLUMNS), strict=True))
    temporary.replace(path)


def _declared(name: str, provinces: Sequence[str], seed: int) -> str:
    area = provinces[0] if len(provinces) == 1 else NATION
    values = {
        "path": name,
        "area": area,
        "content": "stations",
        "datum": "wgs84",
        "source": f"{SYNTHETIC}; yizhan synth, seed {seed}",
        "licence": "CC0-1.0",
        "synthetic": True,
    }
    lines = [f"# {SYNTHETIC}", f"provinces = {json.dumps(list(provinces))}", "", "[[file]]"]
    # A JSON string or boolean is a TOML one.
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
