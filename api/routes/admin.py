"""``/api/v1/admin``: what the office may do with a key."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Body
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import office, uploads
from api.auth import ImporterDep, ManagerDep, ReaderDep, StoreDep, require_area
from api.errors import TooLargeError, UploadError
from api.plans import changed_json, revision_json
from api.routes.admin_options import upload_options
from api.routes.depends import PROBLEMS
from geo.errors import InputError
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import Store

MAX_UPLOAD_BYTES = 20 * 1024 * 1024

_JSON = "application/json"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE_NAME = re.compile(r"[^\x00-\x1f/\\]{1,120}")

router = APIRouter(prefix="/api/v1/admin", tags=["admin"], responses=PROBLEMS)


def _answer(content: object, status: int = 200) -> Response:
    body = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, media_type=_JSON, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> bytes:
    """The uploaded file; reading stops where it becomes too large."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_UPLOAD_BYTES:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    stream: AsyncIterator[bytes] = request.stream()
    async for part in stream:
        size += len(part)
        if size > MAX_UPLOAD_BYTES:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> TooLargeError:
    return TooLargeError(
        "文件超过 20 MB；请分成几份，或在服务器上用 yizhan import",
        "the file is larger than 20 MB: split it, or use yizhan import on the server",
    )


@router.post("/uploads", summary="交来名录：试运行 / hand in a list: a dry run", status_code=201)
async def upload(request: Request, store: StoreDep, caller: ImporterDep) -> Response:
    """请求体就是文件；`name` 文件名，`city` 区划代码 / the body is the file; a dry run."""
    name = request.query_params.get("name", "")
    if not _FILE_NAME.fullmatch(name):
        raise InputError(
            "name",
            zh="缺少文件名",
            en="the file's name is missing",
            value=None,
            expected=Text("如 ?name=名录.xlsx&city=410100", "such as ?name=list.xlsx&city=410100"),
        )
    options = upload_options(request.query_params)
    require_area(caller, str(options["area"]))
    content = await _body(request)
    return await run_in_threadpool(_look, store, name, content, options, caller.label)


def _look(store: "Store", name: str, content: bytes, options: dict[str, Any], who: str) -> Response:
    token = store.uploads.add(file_name=name, content=content, options=options, who=who)
    try:
        answer = uploads.run(token, "look")
    except UploadError:
        store.uploads.forget(token)
        raise
    return _answer({"upload": token, **answer}, 201)


@router.get("/uploads/{token}/report.xlsx", summary="标出问题的原表 / the file, problems marked")
def report(token: str, store: StoreDep, caller: ImporterDep) -> Response:
    """逐格标出问题，改好再交 / problems marked in place, to be mended and handed in again."""
    require_area(caller, str(store.uploads.get(token).options["area"]))
    answer = uploads.run(token, "report")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="report.xlsx"',
    }
    return Response(bytes.fromhex(answer["report"]), media_type=_XLSX, headers=headers)


@router.post("/uploads/{token}/accept", summary="收下 / take it")
def accept(token: str, store: StoreDep, caller: ImporterDep) -> Response:
    """成为一个新版本；其间有别的版本时为 409 / becomes a revision; 409 if another came between."""
    require_area(caller, str(store.uploads.get(token).options["area"]))
    return _answer(uploads.run(token, "accept"))


@router.patch("/stations/{station_id}", summary="更正一个站点 / correct one station")
def correct(
    station_id: str,
    store: StoreDep,
    caller: ManagerDep,
    changes: Annotated[dict[str, Any], Body()],
) -> Response:
    """只写要改的字段；null 表示未知 / only the fields to change; null makes one unknown."""
    require_area(caller, store.station(station_id).station.city)
    note = str(changes.pop("note", ""))
    number = office.correct(store, station_id, changes, who=caller.label, note=note)
    return _answer({"revision": number})


@router.post("/stations/{station_id}/close", summary="关闭 / close")
def close(station_id: str, store: StoreDep, caller: ManagerDep) -> Response:
    """站点关闭，仍在名录中 / the station is closed, and stays in the list."""
    require_area(caller, store.station(station_id).station.city)
    number = office.set_status(store, station_id, "closed", who=caller.label, note="")
    return _answer({"revision": number})


@router.post("/stations/{station_id}/reopen", summary="重新开放 / reopen")
def reopen(station_id: str, store: StoreDep, caller: ManagerDep) -> Response:
    """站点重新开放 / the station is open again."""
    require_area(caller, store.station(station_id).station.city)
    number = office.set_status(store, station_id, "open", who=caller.label, note="")
    return _answer({"revision": number})


@router.get("/duplicates", summary="可能重复的站点 / possible duplicates")
def duplicates(store: StoreDep, caller: ReaderDep) -> Response:
    """待人判断的队列 / the queue to decide."""
    found = [office.duplicate_json(store, each) for each in store.duplicates.open()]
    return _answer([each for each in found if caller.covers(each["first"]["city"])])


@router.post("/duplicates/{number}", summary="判断一对 / decide a pair")
def decide_duplicate(
    number: int, store: StoreDep, caller: ManagerDep, verdict: Annotated[str, Body(embed=True)]
) -> Response:
    """`same`：是同一站点，后者关闭；`different`：不是 / same closes the second; different."""
    pair = store.duplicates.get(number)
    for station_id in (pair.first, pair.second):
        require_area(caller, store.station(station_id).station.city)
    revision = office.decide_duplicate(store, number, verdict, who=caller.label)
    return _answer({"revision": revision})


@router.get("/reports", summary="公众报告 / what people reported")
def reports(store: StoreDep, caller: ReaderDep) -> Response:
    """待处理的报告 / those to be decided."""
    found = [office.report_json(each) for each in store.reports.list(state="pending")]
    cities = {each["station_id"]: store.station(each["station_id"]).station.city for each in found}
    return _answer([each for each in found if caller.covers(cities[each["station_id"]])])


@router.post("/reports/{number}", summary="处理报告 / decide a report")
def decide_report(
    number: int, store: StoreDep, caller: ManagerDep, verdict: Annotated[str, Body(embed=True)]
) -> Response:
    """`accepted`：站点注明“N 天前有人报告”；`rejected` / shown with the station, or not."""
    station_id = store.reports.get(number).station_id
    require_area(caller, store.station(station_id).station.city)
    revision = office.decide_report(store, number, verdict, who=caller.label)
    return _answer({"revision": revision})


@router.get("/revisions", summary="版本 / revisions")
def revisions(store: StoreDep, _caller: ReaderDep) -> Response:
    """新的在前 / newest first."""
    return _answer([revision_json(each) for each in store.revisions(limit=100)])


@router.get("/diff", summary="两个版本的差异 / what differs")
def diff(before: int, after: int, store: StoreDep, _caller: ReaderDep) -> Response:
    """逐字段 / field by field."""
    found = store.diff(before, after)
    return _answer(
        {
            "added": [each.id for each in found.added],
            "changed": [changed_json(each) for each in found.changed],
            "removed": [each.id for each in found.removed],
        }
    )


@router.post("/revisions/{number}/restore", summary="恢复旧版本 / restore")
def restore(number: int, store: StoreDep, caller: ManagerDep) -> Response:
    """成为一个新版本；只有管全部城市的密钥可用 / a new revision; for keys of all cities."""
    require_area(caller, "*")
    revision = store.restore(number, who=caller.label, note="")
    return _answer({"revision": revision.number})
