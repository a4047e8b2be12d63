"""Demand that a user hands in: a grid of people, or points of their own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.census import CityPeople, city_people
from geo.demand import wording
from geo.demand.digest import digest
from geo.demand.from_table import read_table
from geo.demand.from_vector import read_vector
from geo.demand.given import Given
from geo.demand.model import Cells, Demand
from geo.demand.placing import placed
from geo.demand.raster import is_raster, read_raster
from geo.demand.vector import is_vector
from geo.errors import InputError, SourceError
from geo.places import Place, Places
from geo.plane import Plane
from geo.planning.model import DemandBasis
from geo.station import Datum
from geo.text import Text

Floats = NDArray[np.float64]


class _Read(NamedTuple):
    cells: Cells
    basis: DemandBasis
    is_people: bool
    notes: Sequence[Text]


def read_demand(
    path: Path,
    places: Places,
    city: str,
    *,
    datum: Datum | None = None,
    layer: str | None = None,
    weight: str | None = None,
    cell_m: float | None = None,
    to_census: bool = False,
) -> Demand:
    """The demand of the city with this adcode from a file of the user's.

    A GeoTIFF, polygons of GeoJSON or GeoPackage, and a table (CSV, XLSX) whose cells have a
    side (a column, or ``cell_m``) are a grid; other tables and features are points. ``datum``
    is that of the degrees if the file does not say, WGS-84 by default; ``layer`` a layer or
    sheet; ``weight`` the column of people or weights. With ``to_census`` the file says only
    where people are, and each district has its people of the census.

    Raises :class:`SourceError` for a file that cannot be read, :class:`SetupError` for a
    GeoTIFF without rasterio, :class:`InputError` and :class:`NotFoundError`.
    """
    known = city_people(places, city)
    plane = Plane(known.city.centre)
    try:
        if is_raster(path):
            _require_unset(path, "GeoTIFF", datum=datum, layer=layer, weight=weight, cell=cell_m)
            cells, notes = read_raster(path, places, known.city, plane)
            read = _Read(cells, "grid", is_people=True, notes=notes)
        elif is_vector(path):
            _require_unset(path, "GeoJSON / GeoPackage", cell=cell_m)
            given = read_vector(path, datum=datum, layer=layer, weight=weight)
            read = _placed(given, places, known, plane)
        else:
            given = read_table(path, plane, datum=datum, sheet=layer, weight=weight, side_m=cell_m)
            read = _placed(given, places, known, plane)
    except OSError as error:
        raise SourceError(
            f"{path.name} 无法打开：{error.strerror}",
            f"{path.name} cannot be opened: {error.strerror}",
            reason="damaged",
        ) from None
    return _demand(path.name, read, known, places, to_census=to_census)


def _require_unset(path: Path, kind: str, **options: object) -> None:
    """Raise :class:`InputError` for options that mean nothing for a kind of file."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise InputError(
            given[0],
            zh=f"{path.name} 是 {kind}，不能指定 {given[0]}",
            en=f"{path.name} is {kind}, of which {given[0]} cannot be said",
            value=str(options[given[0]])[:40],
            expected=Text("去掉这个选项", "leave the option out"),
        )


def _placed(given: Given, places: Places, known: CityPeople, plane: Plane) -> _Read:
    cells, outside = placed(given, places, known.city, plane)
    basis: DemandBasis = "grid" if given.is_grid else "points"
    return _Read(cells, basis, given.has_weights, (*given.notes, *outside.notes))


def _demand(
    name: str, read: _Read, known: CityPeople, places: Places, *, to_census: bool
) -> Demand:
    cells, notes = read.cells, list(read.notes)
    total = float(cells.people.sum())
    if to_census:
        cells = replace(cells, people=_census_people(cells, known, places))
        notes.append(wording.scaled(total, known))
    elif read.basis == "grid" and known.total is not None:
        notes.append(wording.against_census(total, known.total))
    sums = cells.by_district()
    return Demand(
        city=known.city.adcode,
        basis=read.basis,
        label=wording.file_label(name, read.basis),
        people=float(cells.people.sum()),
        by_district=dict(zip(cells.adcodes, sums.tolist(), strict=True)),
        remainder=0.0,
        spreads=(),
        cells=cells,
        notes=tuple(notes),
        methods=wording.file_methods(name, read.basis, to_census=to_census),
        digest=digest(read.basis, cells, ()),
    )


def _census_people(cells: Cells, known: CityPeople, places: Places) -> Floats:
    """The people of the census in proportion to the file's, district by district.

    The remainder is dealt out over the districts without a figure, or over the city. Raises
    :class:`InputError` where the census says nothing, or the file has nobody in a district in
    which the census has people.
    """
    sums = cells.by_district()
    census = np.array([float(known.districts[code] or 0) for code in cells.adcodes])
    empty = [cells.adcodes[at] for at in np.flatnonzero((census > 0.0) & (sums == 0.0)).tolist()]
    if known.total is None or empty:
        raise _cannot_scale([places.get(code, "district") for code in empty])
    if known.remainder:
        unknown = np.array([known.districts[code] is None for code in cells.adcodes])
        takers = sums * unknown if sums[unknown].any() else sums
        census += known.remainder.people * takers / takers.sum()
    factors = np.divide(census, sums, out=np.zeros_like(sums), where=sums > 0.0)
    people: Floats = cells.people * factors[cells.district]
    return people


def _cannot_scale(empty: Sequence[Place]) -> InputError:
    zh = "、".join(place.name for place in empty)
    en = ", ".join(place.name_en for place in empty)
    return InputError(
        "to_census",
        zh=f"不能按普查人口缩放：文件中{zh}没有需求"
        if empty
        else "该市的普查人口未知，不能据以缩放",
        en=f"cannot be scaled to the census: the file has nobody in {en}"
        if empty
        else "cannot be scaled to the census, which says nothing of the city",
        value=None,
        expected=Text(
            "覆盖全市各区县的文件，或不缩放", "a file that covers every district, or no scaling"
        ),
    )
