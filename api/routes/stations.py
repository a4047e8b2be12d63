"""``/api/v1/stations/{id}``."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import params
from api.caching import conditional
from api.routes.depends import PROBLEMS, ServiceDep
from api.schemas import StationFeature
from geo.station import DATUMS
from geo.text import LANGS

router = APIRouter(prefix="/api/v1/stations", tags=["stations"])


@router.get(
    "/{station_id}",
    response_model=StationFeature,
    responses=PROBLEMS,
    openapi_extra={"parameters": [each.documented() for each in params.STATION]},
    summary="一个站点 / one station",
)
def station(station_id: str, request: Request, service: ServiceDep) -> Response:
    """一个站点，位置存疑的也在内 / one station, those whose position is suspect included."""
    query = request.query_params
    params.refuse_unknown(query, params.STATION)
    datum = params.choice(query, "geometry_datum", DATUMS, "wgs84")
    lang = params.choice(query, "lang", LANGS, "zh")
    row = service.snapshot.row_of(station_id)
    writer = service.answers.features.variant(lang, datum)
    return conditional(
        request,
        service.etag("station", station_id, lang, datum),
        lambda: writer.feature(row),
        media_type="application/geo+json",
        headers={"Content-Language": lang},
    )
