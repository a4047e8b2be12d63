"""Demand from the census: the people of districts, spread over land, with what is unknown."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.census import (
    GROUP_LABELS,
    CityPeople,
    Remainder,
    WorkerGroup,
    city_people,
    district_shares,
)
from geo.demand import wording
from geo.demand.built_up import BuiltUp
from geo.demand.digest import digest
from geo.demand.model import Demand, Spread
from geo.demand.pieces import Kept, Land, uniform, urban_rural
from geo.demand.squares import Sizes, cells_of_pieces
from geo.errors import InputError
from geo.places import Places
from geo.plane import Plane
from geo.text import Text

Floats = NDArray[np.float64]
NOWHERE: Final[tuple[Floats, Floats]] = (np.empty(0), np.empty(0))


def district_demand(
    places: Places,
    city: str,
    *,
    built_up: BuiltUp | None = None,
    near: tuple[Floats, Floats] = NOWHERE,
    group: WorkerGroup | None = None,
    fine_m: int = 250,
    coarse_m: int = 1000,
) -> Demand:
    """The people of the city with this adcode, as far as its districts tell.

    With ``built_up`` there are two spreads, of which the urban–rural one comes first; without,
    people are spread evenly. Cells are squares of ``fine_m`` metres near built-up land and near
    the stations at ``near`` (lon, lat; shape (n,)), of ``coarse_m`` elsewhere. ``group`` counts
    those residents alone. Demand of a city of which the census says nothing has no cells, and
    its people are ``None``. Raises :class:`NotFoundError` and :class:`InputError`.
    """
    sizes = Sizes(fine_m, coarse_m)
    known = city_people(places, city)
    plane = Plane(known.city.centre)
    lands = _lands(places, known, plane, group)
    remainder = _remainder(known, group)
    spreads: list[Spread] = [uniform(lands, remainder)]
    kept = Kept()
    if built_up is not None:
        spread, kept = urban_rural(lands, remainder, built_up.outline, plane)
        spreads.insert(0, spread)
    counted = {piece.district for piece in spreads[0].pieces}
    outlines = {land.adcode: land.outline for land in lands if land.adcode in counted}
    cells = cells_of_pieces(spreads[0].pieces, outlines, near, plane, sizes)
    by_district = {land.adcode: land.people for land in lands}
    rest = float(remainder.people) if remainder else 0.0
    figures = [people for people in by_district.values() if people is not None]
    notes = wording.district_notes(
        known,
        kept,
        [code for code, people in by_district.items() if people is None],
        places,
        has_mask=built_up is not None,
    )
    lost = known.remainder.people if known.remainder and not remainder else 0
    return Demand(
        city=known.city.adcode,
        basis="district",
        label=wording.DISTRICT_LABEL,
        people=sum(figures) + rest if figures or rest else None,
        by_district=by_district,
        remainder=rest,
        spreads=tuple(spreads),
        cells=cells,
        notes=(*notes, *wording.group_notes(group, without_remainder=lost)),
        methods=wording.district_methods(group, built_up.label if built_up else None, sizes),
        digest=digest("district", cells, spreads),
    )


def _lands(
    places: Places, known: CityPeople, plane: Plane, group: WorkerGroup | None
) -> Sequence[Land]:
    """The districts with the people who count. Raises :class:`InputError` if none are known."""
    outlines = [places.outline(code, "district") for code in known.districts]
    areas = shapely.area(plane.shapes(np.array(outlines, dtype=object)))
    lands = [
        Land(
            adcode=code,
            outline=outline,
            area_m2=float(area),
            people=_counted(code, people, group),
            urban_share=1.0 if group == "urban" else district_shares(code).urban,
        )
        for (code, people), outline, area in zip(
            known.districts.items(), outlines, areas, strict=True
        )
    ]
    if group is not None and all(land.people is None for land in lands):
        label = GROUP_LABELS[group]
        raise InputError(
            "group",
            zh=f"{known.city.name}没有“{label.zh}”的数据",
            en=f"nothing is known of {label.en} in {known.city.name_en}",
            value=group,
            expected=Text("不指定人群，按常住人口计", "no group: all residents count"),
        )
    return lands


def _counted(code: str, people: int | None, group: WorkerGroup | None) -> float | None:
    shares = district_shares(code)
    if group == "urban":
        return None if people is None or shares.urban is None else people * shares.urban
    chosen = {None: people, "transport": shares.transport, "catering": shares.catering}[group]
    return None if chosen is None else float(chosen)


def _remainder(known: CityPeople, group: WorkerGroup | None) -> Remainder | None:
    """The people who count of those who are in no district; of branches nothing is known."""
    rest = known.remainder
    if rest is None or group is None:
        return rest
    if group != "urban":
        return None
    share = rest.urban_share
    return rest._replace(
        people=round(rest.people * share),
        zone_people=round(rest.zone_people * share),
        urban_share=1.0,
    )
