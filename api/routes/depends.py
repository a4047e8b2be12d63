"""What routes take from the application."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.frame import REVISION
from api.schemas import Problem
from api.state import Edition, Service

PROBLEMS: dict[int | str, dict[str, object]] = {
    400: {"model": Problem, "description": "请求有误 / bad request (RFC 9457)"},
    404: {"model": Problem, "description": "没有找到 / not found (RFC 9457)"},
}


async def _edition(request: Request) -> Edition:
    """The edition that the whole answer is made from; the frame names it in a header."""
    service: Service = request.app.state.service
    edition = service.edition
    request.scope[REVISION] = edition.revision
    return edition


EditionDep = Annotated[Edition, Depends(_edition)]
