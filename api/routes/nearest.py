"""``/api/v1/nearest``: the validated route, and a fast path for the common question.

The fast path takes a query of the plain form ``lon=…&lat=…&rest`` whose rest the validated
functions accept. Everything else, every error included, goes the long way.
"""

import re
import zlib

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import params
from api.answers import Asked
from api.caching import accepts_gzip
from api.frame import REVISION
from api.routes.depends import PROBLEMS, EditionDep
from api.schemas import NearestCollection
from api.state import Edition, Service
from geo.errors import InputError
from geo.position import checked_position

PATH = "/api/v1/nearest"
MEDIA_TYPE = "application/geo+json"

_PLAIN = re.compile(rb"lon=(-?\d{1,3}(?:\.\d{1,15})?)&lat=(-?\d{1,2}(?:\.\d{1,15})?)(?:&(.*))?")
_REMEMBERED = 1_000
# An answer to a position is nobody else's, and is not kept anywhere (RFC 9111 §5.2.2).
_PRIVATE = b"private, no-store"
_GZIP_WBITS = 31
_GZIP_LEVEL = 1

router = APIRouter(tags=["nearest"])


@router.get(
    PATH,
    response_model=NearestCollection,
    responses=PROBLEMS,
    openapi_extra={"parameters": [each.documented() for each in params.NEAREST]},
    summary="最近的站点 / the nearest stations",
)
def nearest(request: Request, edition: EditionDep) -> Response:
    """已知站点按测地距离由近到远 / known stations, nearest first, exact geodesic order."""
    params.refuse_unknown(request.query_params, params.NEAREST)
    origin = params.position(request.query_params)
    question = params.question(request.query_params)
    body = edition.answers.asked(question).collection(origin)
    headers = {"Cache-Control": _PRIVATE.decode(), "Vary": "Accept-Encoding"}
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        body = _zipped(body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


class FastPath:
    """Answers the common question before the framework looks at it."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._edition = service.edition
        self._accepted: dict[bytes, Asked] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET":
            edition = self._current()
            body = self._body(scope["query_string"])
            if body is not None:
                scope["yizhan.route"] = PATH
                scope[REVISION] = edition.revision
                await _send(scope, send, body)
                return
        await self._app(scope, receive, send)

    def _current(self) -> Edition:
        """The edition of this answer. On the event loop, so that nothing comes in between."""
        edition = self._service.edition
        if edition is not self._edition:
            self._edition, self._accepted = edition, {}
        return edition

    def _body(self, query: bytes) -> bytes | None:
        plain = _PLAIN.fullmatch(query)
        if not plain:
            return None
        asked = self._asked(plain[3] or b"")
        if asked is None:
            return None
        try:
            origin = checked_position(float(plain[1]), float(plain[2]))
        except InputError:
            return None
        return asked.collection(origin)

    def _asked(self, rest: bytes) -> Asked | None:
        """The rest of a query; one that is not known yet is read as the validated route does."""
        asked = self._accepted.get(rest)
        if asked is None:
            query = QueryParams(b"lon=0&lat=0&" + rest if rest else b"lon=0&lat=0")
            try:
                params.refuse_unknown(query, params.NEAREST)
                asked = self._edition.answers.asked(params.question(query))
            except InputError:
                return None
            if len(self._accepted) < _REMEMBERED:
                self._accepted[rest] = asked
        return asked


async def _send(scope: Scope, send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"cache-control", _PRIVATE),
        (b"vary", b"Accept-Encoding"),
    ]
    for name, value in scope["headers"]:
        if name == b"accept-encoding" and accepts_gzip(value.decode("latin-1")):
            body = _zipped(body)
            headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _zipped(body: bytes) -> bytes:
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WBITS)
    return packer.compress(body) + packer.flush()
