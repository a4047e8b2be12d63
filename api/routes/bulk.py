"""All stations at once, and what changed since a revision: for sites, apps and GIS people."""

from collections.abc import Iterator

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import params
from api.auth import StoreDep
from api.caching import REVALIDATE, accepted_coding, matches
from api.routes.depends import PROBLEMS, EditionDep
from api.state import Edition
from geo.errors import InputError
from geo.export import compressed, csv_chunks, geojson_chunks
from geo.export.rows import feature_of
from geo.station import DATUMS, Datum
from geo.text import Text

router = APIRouter(prefix="/api/v1", tags=["stations"], responses=PROBLEMS)
_SINCE = params.Parameter(
    "since",
    {"type": "integer", "minimum": 0},
    Text("此前已有的版本号", "the revision that the caller has"),
    required=True,
)


@router.get(
    "/stations.geojson",
    summary="全部站点 GeoJSON / all stations",
    openapi_extra={"parameters": [params.GEOMETRY_DATUM.documented()]},
)
def geojson(request: Request, edition: EditionDep) -> Response:
    """流式传输，可压缩 / streamed; gzip or zstd."""
    return _bulk(request, edition, "geojson")


@router.get(
    "/stations.csv",
    summary="全部站点 CSV / all stations",
    openapi_extra={"parameters": [params.GEOMETRY_DATUM.documented()]},
)
def csv(request: Request, edition: EditionDep) -> Response:
    """可直接用 Excel 打开；公式已中和 / opens in Excel; formulas are neutralised."""
    return _bulk(request, edition, "csv")


@router.get(
    "/changes",
    summary="自某版本以来的变化 / what changed since a revision",
    openapi_extra={"parameters": [_SINCE.documented()]},
)
def changes(request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """新增与变更的站点，以及不再有的编号 / stations put, and ids that are gone (tombstones)."""
    params.refuse_unknown(request.query_params, (_SINCE,))
    since = _since(request.query_params.get("since"))
    head = edition.snapshot.info.revision
    found = store.diff(min(since, head), head)
    content = {
        "since": since,
        "revision": head,
        "put": [feature_of(s) for s in (*found.added, *(c.after for c in found.changed))],
        "gone": [each.id for each in found.removed],
    }
    return Response(
        orjson.dumps(content), media_type="application/json", headers={"Cache-Control": REVALIDATE}
    )


def _since(text: str | None) -> int:
    if text is not None and text.isascii() and text.isdecimal() and len(text) <= 9:
        return int(text)
    raise InputError(
        "since",
        zh="since 应为版本号",
        en="since should be a revision's number",
        value=params.shown(text or ""),
        expected=Text("如 since=12；全部用 since=0", "such as since=12; everything with since=0"),
    )


def _bulk(request: Request, edition: Edition, form: str) -> Response:
    params.refuse_unknown(request.query_params, (params.GEOMETRY_DATUM,))
    datum: Datum = params.choice(request.query_params, "geometry_datum", DATUMS, "wgs84")
    coding = accepted_coding(request.headers.get("accept-encoding", ""))
    etag = f'"{edition.etag("bulk", form, datum)}-{coding or "identity"}"'
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept-Encoding"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    stations = edition.snapshot.stations()
    chunks: Iterator[bytes]
    if form == "csv":
        media_type = "text/csv; charset=utf-8"
        chunks = csv_chunks(stations, datum=datum)
        headers["Content-Disposition"] = 'attachment; filename="stations.csv"'
    else:
        media_type = "application/geo+json"
        chunks = geojson_chunks(stations, edition.snapshot.info, datum=datum)
    return StreamingResponse(compressed(chunks, coding), media_type=media_type, headers=headers)
