"""What routes take from the application."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.schemas import Problem
from api.state import Service

PROBLEMS: dict[int | str, dict[str, object]] = {
    400: {"model": Problem, "description": "请求有误 / bad request (RFC 9457)"},
    404: {"model": Problem, "description": "没有找到 / not found (RFC 9457)"},
}


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]
