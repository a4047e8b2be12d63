"""``/api/v1/stations/{id}``."""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import params
from api.caching import conditional
from api.routes.depends import PROBLEMS, EditionDep
from api.schemas import StationFeature
from geo.hours import SHANGHAI
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
def station(station_id: str, request: Request, edition: EditionDep) -> Response:
    """一个站点，位置存疑的也在内 / one station, those whose position is suspect included."""
    query = request.query_params
    params.refuse_unknown(query, params.STATION)
    datum = params.choice(query, "geometry_datum", DATUMS, "wgs84")
    lang = params.choice(query, "lang", LANGS, "zh")
    row = edition.snapshot.row_of(station_id)
    now = datetime.now(SHANGHAI).replace(second=0, microsecond=0)
    writer = edition.answers.features.variant(lang, datum)
    return conditional(
        request,
        edition.etag("station", station_id, lang, datum, now.isoformat()),
        lambda: writer.feature(row, now),
        media_type="application/geo+json",
        headers={"Content-Language": lang},
    )
