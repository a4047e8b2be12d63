"""``POST /api/v1/stations/{id}/reports``: anyone may say that a station is not as it is listed."""

import time
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Body
from starlette.requests import Request
from starlette.responses import Response

from api.auth import StoreDep
from api.errors import TooManyError
from api.routes.depends import PROBLEMS, EditionDep
from geo.text import Text

What = Literal["closed", "moved", "wrong_hours", "broken"]

# So many from one address in a minute, and so many from all.
_FROM_ONE, _FROM_ALL, _WINDOW_S = 5, 60, 60.0

router = APIRouter(prefix="/api/v1/stations", tags=["stations"])


class _Limiter:
    """Counts requests of the last minute in memory; addresses are neither kept nor logged."""

    def __init__(self) -> None:
        self._recent: list[tuple[float, int]] = []

    def take(self, address: str) -> None:
        now, caller = time.monotonic(), hash(address)
        self._recent = [each for each in self._recent if each[0] > now - _WINDOW_S]
        own = sum(each[1] == caller for each in self._recent)
        if own >= _FROM_ONE or len(self._recent) >= _FROM_ALL:
            raise TooManyError(
                "报告太频繁，请一分钟后再试", "too many reports: try again in a minute"
            )
        self._recent.append((now, caller))


_limiter = _Limiter()


@router.post(
    "/{station_id}/reports",
    responses=PROBLEMS,
    status_code=202,
    summary="报告问题 / report a problem",
)
def report(
    station_id: str,
    request: Request,
    edition: EditionDep,
    store: StoreDep,
    what: Annotated[What, Body(embed=True)],
) -> Response:
    """已关闭、已搬走、时间不对、设施坏了；经办公室核实后才显示 / shown after it was accepted."""
    edition.snapshot.row_of(station_id)
    _limiter.take(request.client.host if request.client else "")
    store.reports.add(station_id, what)
    thanks = Text("已收到，待核实", "received, to be checked")
    content = {"received": True, "message": thanks._asdict()}
    return Response(orjson.dumps(content), 202, media_type="application/json")
