"""What makes a plan that plan: which stations, which questions, whose people, which software."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from api.base_map import stamp_of
from api.caching import software_digest
from api.settings import Settings
from geo.places import Place, Places
from geo.planning.parameters import STANDARD, Candidate, Parameters, plan_digest
from geo.position import Position
from geo.snapshot import Snapshot
from geo.store.jobs_model import Wanted

_COMPARE: Final = "compare"


def wanted_plan(
    settings: Settings,
    snapshot: Snapshot,
    city: Place,
    parameters: Parameters = STANDARD,
    *,
    compare: int | None = None,
    owner: int | None = None,
) -> Wanted:
    """The plan of a city; ``compare`` is the number of an earlier revision."""
    request = asdict(parameters) | ({_COMPARE: compare} if compare is not None else {})
    digest = plan_digest(
        city.adcode,
        parameters,
        snapshot=snapshot.digest,
        demand=_demand_key(settings),
        compared=None if compare is None else f"revision {compare}",
    )
    return Wanted(
        # Its page is a part of it, which is drawn as the settings say.
        key=_sha256(digest, software_digest(), str(settings.tiles), str(settings.map_approval)),
        city=city.adcode,
        revision=snapshot.info.revision,
        snapshot=snapshot.digest,
        request=request,
        owner=owner,
    )


def standard_plans(settings: Settings, snapshot: Snapshot, places: Places) -> Iterator[Wanted]:
    """What is computed ahead: the catalogue's cities, those with most stations first.

    The plan of a city without a list says how to hand one in.
    """
    provinces = snapshot.info.provinces
    cities = [city for province in provinces for city in places.cities_of(province)]
    for city in sorted(cities, key=lambda each: -snapshot.by_city.get(each.adcode, 0)):
        yield wanted_plan(settings, snapshot, city)


def questions(request: Mapping[str, Any]) -> tuple[Parameters, int | None]:
    """The parameters of a request as they were, and the revision to compare with."""
    values = dict(request)
    compare: int | None = values.pop(_COMPARE, None)
    candidates = [Candidate(key, name, Position(*at)) for key, name, at in values["candidates"]]
    return parameters_of(values | {"candidates": candidates}), compare


def parameters_of(values: Mapping[str, Any]) -> Parameters:
    """Parameters from JSON's values, whose lists are tuples there."""
    tuples: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Parameters(**tuples)


def _demand_key(settings: Settings) -> str:
    """People come with the software; where they live in a district, from the base map."""
    if settings.base_map is None:
        return "census"
    return _sha256(
        *(f"{name} {size} {time_ns}" for name, size, time_ns in stamp_of(settings.base_map))
    )


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
