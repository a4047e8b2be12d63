"""``/api/v1/cities``: what is listed where, of how many published, for how many people."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cities, params
from api.caching import conditional
from api.routes.depends import PROBLEMS, EditionDep
from api.schemas import Cities, City

router = APIRouter(prefix="/api/v1/cities", tags=["cities"])
_JSON = "application/json"


@router.get("", response_model=Cities, responses=PROBLEMS, summary="所有城市 / all cities")
def all_cities(request: Request, edition: EditionDep) -> Response:
    """名录所属各省的城市；没有名录的，站点数为 null / a city without a list has null stations."""
    params.refuse_unknown(request.query_params, ())
    return conditional(
        request,
        edition.etag("cities"),
        lambda: orjson.dumps({"cities": cities.cities(edition.snapshot, edition.places)}),
        media_type=_JSON,
    )


@router.get("/{city}", response_model=City, responses=PROBLEMS, summary="一个城市 / one city")
def one_city(city: str, request: Request, edition: EditionDep) -> Response:
    """按区划代码或名称 / by adcode or name: 410100, 郑州, Zhengzhou."""
    params.refuse_unknown(request.query_params, ())
    place = cities.city_of(edition.places, city)
    return conditional(
        request,
        edition.etag("city", place.adcode),
        lambda: orjson.dumps(cities.city_record(edition.snapshot, edition.places, place)),
        media_type=_JSON,
    )
