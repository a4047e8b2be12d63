"""Sums over cities: of provinces and of the nation, with what they leave out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from geo.batch.figures import CityRows, Row
from geo.catalogue import SYNTHETIC
from geo.census import SOURCE
from geo.coverage.model import Band
from geo.places import Places
from geo.snapshot import Snapshot
from geo.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Sums over some cities; ``None`` where there is nothing to sum up.

    ``stations``, ``area_km2`` and what is reached are of the ``measured`` cities, those with a
    list; ``people`` are those of them whose census figure is known, ``people_unmeasured`` those
    of the cities without a list. ``remainder_people`` of ``people`` are of census units without
    an outline. ``unknown`` cities have no census figure. With ``at_least`` a list among them is
    not whole, or does not say whether it is.
    """

    cities: int
    measured: int
    unknown: int
    at_least: bool
    stations: int | None
    people: int | None
    people_covered: Band | None
    people_backup: Band | None
    people_unmeasured: int
    remainder_people: int | None
    remainder_units: int | None
    area_km2: float | None
    area_covered_km2: Band | None

    @property
    def people_ratio(self) -> Band | None:
        """The share of ``people`` who are reached."""
        reached = self.people_covered
        return reached.over(self.people) if reached and self.people else None

    @property
    def area_ratio(self) -> Band | None:
        """The share of ``area_km2`` that is reached."""
        reached = self.area_covered_km2
        return reached.over(self.area_km2) if reached and self.area_km2 else None


def total(rows: Iterable[Row]) -> Total:
    """The sums over the rows of some cities."""
    cities = list(rows)
    measured = [row for row in cities if row["list_state"] != "none"]
    counted = [row for row in measured if row["people"] is not None]
    others = [row for row in cities if row["list_state"] == "none"]
    return Total(
        cities=len(cities),
        measured=len(measured),
        unknown=sum(row["people"] is None for row in cities),
        at_least=any(row["list_state"] != "complete" for row in measured),
        stations=_sum(measured, "stations"),
        people=_sum(counted, "people"),
        people_covered=_band(counted, "people_covered"),
        people_backup=_band(counted, "people_backup"),
        people_unmeasured=sum(row["people"] or 0 for row in others),
        remainder_people=_sum(counted, "remainder_people"),
        remainder_units=_sum(counted, "remainder_units"),
        area_km2=_sum(measured, "area_km2"),
        area_covered_km2=_band(measured, "area_covered_km2"),
    )


def by_province(found: Sequence[CityRows]) -> dict[str, Total]:
    """The sums of each province, by adcode."""
    rows = sorted((each.city for each in found), key=lambda row: str(row["province"]))
    return {code: total(group) for code, group in groupby(rows, lambda row: str(row["province"]))}


def nation_document(
    found: Sequence[CityRows], places: Places, snapshot: Snapshot, *, radius_m: float
) -> dict[str, Any]:
    """The sums of the nation and of each province as JSON has them; no clock is in it."""
    info = snapshot.info
    whole = total(each.city for each in found)
    provinces = [
        {"adcode": code, "name": places.get(code, "province").name, **_document(of)}
        for code, of in by_province(found).items()
    ]
    return {
        "label": SYNTHETIC._asdict() if info.synthetic else None,
        "synthetic": info.synthetic,
        "revision": info.revision,
        "snapshot": snapshot.digest,
        "radius_m": radius_m,
        "people_source": SOURCE._asdict(),
        "notes": [each._asdict() for each in notes(found)],
        "nation": _document(whole),
        "provinces": provinces,
    }


def notes(measured: Sequence[CityRows]) -> list[Text]:
    """What a reader of the sums has to know."""
    whole = total(each.city for each in measured)
    unknown = [each.city for each in measured if each.city["people"] is None]
    found = []
    unlisted = whole.cities - whole.measured
    if unlisted:
        found.append(
            Text(
                f"{unlisted} 个市没有名录，不给覆盖率；其中已知 {whole.people_unmeasured:,} 人",
                f"{unlisted} cities have no list and get no ratio;"
                f" {whole.people_unmeasured:,} people are known to live there",
            )
        )
    if unknown:
        zh = "、".join(row["name"] for row in unknown)
        en = ", ".join(row["name_en"] for row in unknown)
        found.append(
            Text(
                f"没有普查数，人口未知，不是 0：{zh}",
                f"without a census figure, so that people are unknown, not 0: {en}",
            )
        )
    if whole.remainder_units:
        found.append(
            Text(
                f"{whole.remainder_units} 个普查单元没有边界，"
                f"{whole.remainder_people:,} 人计入所在市",
                f"{whole.remainder_units} census units have no outline:"
                f" their {whole.remainder_people:,} people count in their cities",
            )
        )
    if whole.at_least:
        found.append(
            Text(
                "有的名录不全，或没有写明是否齐全：覆盖为“至少”",
                "some lists are not whole, or do not say so: what is reached is at least that",
            )
        )
    return found


def _document(of: Total) -> dict[str, Any]:
    values = {each.name: getattr(of, each.name) for each in fields(of)}
    values |= {"people_ratio": of.people_ratio, "area_ratio": of.area_ratio}
    return {
        name: value._asdict() if isinstance(value, Band) else value
        for name, value in values.items()
    }


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Any:  # noqa: ANN401  of its column's type
    return sum(row[name] for row in rows) if rows else None


def _band(rows: Sequence[Row], name: str) -> Band | None:
    if not rows:
        return None
    return Band(*(float(sum(row[f"{name}_{end}"] for row in rows)) for end in Band._fields))
