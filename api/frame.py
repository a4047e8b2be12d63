"""What holds for every answer: CORS, HEAD, headers of security, and an access log without queries.

Plain ASGI, outermost: it also covers errors, and costs next to nothing.
"""

import logging
import time
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.site.headers import common_headers

# Under this name the scope holds the revision that an answer is made from.
REVISION = "yizhan.revision"
_log = logging.getLogger("yizhan.access")

_EXPOSED = (
    b"access-control-expose-headers",
    b"ETag, Content-Language, Location, Retry-After, Yizhan-Revision",
)
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PATCH, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"If-None-Match, Accept-Language, Authorization, Content-Type",
    ),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, POST, PATCH, DELETE, OPTIONS"),
]


class Frame:
    """Wraps the application. ``access_log`` writes the route of each request, never its query."""

    def __init__(self, app: ASGIApp, *, access_log: bool, hsts_s: int) -> None:
        self._app = app
        sent = common_headers(hsts_s=hsts_s).items()
        self._headers = [_EXPOSED, *((n.lower().encode(), v.encode()) for n, v in sent)]
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._headers)
        try:
            if scope["method"] == "OPTIONS":
                await exchange.preflight()
            else:
                await self._app(exchange.scope, receive, exchange.send)
        finally:
            if self._access_log:
                exchange.log()


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.method = scope["method"]
        # A HEAD is answered like a GET, without the body (RFC 9110 §9.3.2).
        if self.method == "HEAD":
            scope = {**scope, "method": "GET"}
        self.scope = scope
        self._send = send
        self._headers = headers
        self._status = 0
        self._start = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = [*message.get("headers", ()), *self._headers]
            revision = self.scope.get(REVISION)
            if revision:
                headers.append((b"yizhan-revision", revision.encode()))
            message = {**message, "headers": headers}
        elif self.method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def preflight(self) -> None:
        headers = [*_PREFLIGHT, (b"content-length", b"0")]
        await self.send({"type": "http.response.start", "status": 204, "headers": headers})
        await self.send({"type": "http.response.body", "body": b""})

    def log(self) -> None:
        """The route's template: a path that nothing matches may hold anything, a position too."""
        elapsed_ms = (time.perf_counter() - self._start) * 1e3
        route = _route(self.scope)
        _log.info("%s %s %d %.1f ms", self.method, route, self._status, elapsed_ms)


def _route(scope: Scope) -> str:
    path = scope.get("yizhan.route") or getattr(scope.get("route"), "path", None)
    return str(path) if path else "-"
