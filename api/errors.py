"""Errors as problem details (RFC 9457), in the caller's language. One table says which status."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from geo.errors import (
    BusyError,
    ConflictError,
    InputError,
    NotFoundError,
    RecordError,
    RefusedError,
    SetupError,
    SnapshotError,
    YizhanError,
)
from geo.text import LANGS, Lang, Text


class AccessError(YizhanError):
    """The caller has no valid key."""


class ForbiddenError(AccessError):
    """The caller's key is valid, and not for this."""


class UploadError(YizhanError):
    """An upload cannot be taken. ``kind`` names why; ``members`` say where and what is right."""

    def __init__(self, kind: str, text: Text, members: Mapping[str, Any]) -> None:
        super().__init__(text.zh, text.en)
        self.kind = kind
        self.members = members


class TooLargeError(YizhanError):
    """What was sent is larger than what is taken."""


class TooManyError(YizhanError):
    """The caller asks too often."""


STATUS_CODES: Mapping[type[YizhanError], HTTPStatus] = MappingProxyType(
    {
        InputError: HTTPStatus.BAD_REQUEST,
        NotFoundError: HTTPStatus.NOT_FOUND,
        RecordError: HTTPStatus.UNPROCESSABLE_ENTITY,
        AccessError: HTTPStatus.UNAUTHORIZED,
        ForbiddenError: HTTPStatus.FORBIDDEN,
        UploadError: HTTPStatus.UNPROCESSABLE_ENTITY,
        ConflictError: HTTPStatus.CONFLICT,
        RefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
        TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
        BusyError: HTTPStatus.TOO_MANY_REQUESTS,
        SetupError: HTTPStatus.SERVICE_UNAVAILABLE,
        SnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
        YizhanError: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
# Of uploads, whose job tells the class of its error by name, and a reason for files.
_UPLOAD_STATUS = {
    "ConflictError": HTTPStatus.CONFLICT,
    "NotFoundError": HTTPStatus.NOT_FOUND,
    "LimitError": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "limit": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "SetupError": HTTPStatus.SERVICE_UNAVAILABLE,
}
_RETRY_AFTER_S = 60
_TITLES = {
    HTTPStatus.BAD_REQUEST: Text("请求有误", "Bad Request"),
    HTTPStatus.NOT_FOUND: Text("没有找到", "Not Found"),
    HTTPStatus.UNAUTHORIZED: Text("需要密钥", "Unauthorized"),
    HTTPStatus.FORBIDDEN: Text("没有权限", "Forbidden"),
    HTTPStatus.METHOD_NOT_ALLOWED: Text("不支持此方法", "Method Not Allowed"),
    HTTPStatus.CONFLICT: Text("与新版本冲突", "Conflict"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text("文件太大", "Content Too Large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Text("不支持的文件格式", "Unsupported Media Type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: Text("内容无法采用", "Unprocessable Content"),
    HTTPStatus.TOO_MANY_REQUESTS: Text("太频繁", "Too Many Requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text("服务内部错误", "Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: Text("暂时无法服务", "Service Unavailable"),
}
_DETAILS = {
    HTTPStatus.NOT_FOUND: Text(
        "没有这个地址；接口文档见 /docs", "nothing has this address; the API is described at /docs"
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Text(
        "此地址只支持 GET、HEAD、OPTIONS", "this address answers GET, HEAD and OPTIONS only"
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        "服务遇到了意外的错误", "the service met an unexpected error"
    ),
}


def register(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(YizhanError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def language(request: Request) -> Lang:
    """The language of an error: the caller's ``lang``, else what the browser prefers."""
    asked = request.query_params.get("lang")
    for lang in LANGS:
        if asked == lang:
            return lang
    preferred = request.headers.get("accept-language", "").strip().casefold()
    return "en" if preferred.startswith("en") else "zh"


def problem(
    request: Request,
    status: HTTPStatus,
    detail: Text,
    *,
    retry_after_s: int = _RETRY_AFTER_S,
    **members: object,
) -> Response:
    """A problem document. Members that are ``None`` are left out."""
    lang = language(request)
    title = _TITLES.get(status, Text(status.phrase, status.phrase))
    content = {
        "type": "about:blank",
        "title": title.get(lang),
        "status": status.value,
        "detail": detail.get(lang),
    } | {
        name: value.get(lang) if isinstance(value, Text) else value
        for name, value in members.items()
        if value is not None
    }
    headers = {"Content-Language": lang, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(retry_after_s)
    return Response(
        orjson.dumps(content), status, media_type="application/problem+json", headers=headers
    )


async def _ours(request: Request, error: Exception) -> Response:
    members: dict[str, object] = {}
    if isinstance(error, InputError):
        members = {
            "parameter": error.parameter,
            "value": error.value,
            "expected": error.expected,
        }
    elif isinstance(error, NotFoundError):
        members = {"suggestions": list(error.suggestions)}
    elif isinstance(error, UploadError):
        members = {name: _text_or(value) for name, value in error.members.items()}
    text = error.text if isinstance(error, YizhanError) else _DETAILS[_status(error)]
    wait_s = error.retry_after_s if isinstance(error, BusyError) else _RETRY_AFTER_S
    return problem(request, _status(error), text, retry_after_s=wait_s, **members)


async def _http(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    status = HTTPStatus(code)
    detail = _DETAILS.get(status, Text(status.phrase, status.phrase))
    return problem(request, status, detail)


async def _unexpected(request: Request, _error: Exception) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem(request, status, _DETAILS[status])


def _text_or(value: object) -> object:
    """A pair of sentences, which the job's JSON made a list of two, or the value."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return Text(*value)
    return value


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, UploadError):
        known = (_UPLOAD_STATUS.get(str(n)) for n in (error.members.get("reason"), error.kind))
        return next(filter(None, known), HTTPStatus.UNPROCESSABLE_ENTITY)
    return next(
        (STATUS_CODES[kind] for kind in type(error).__mro__ if kind in STATUS_CODES),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
