"""``/api/v1/cities/{city}/coverage`` …: plans as computed ahead; other questions by POST."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import cities, params
from api.auth import PlannerDep, StoreDep, require_area
from api.errors import TooLargeError, problem
from api.jobs.answers import FILES, job_json, part_answer
from api.jobs.body import MAX_BODY_BYTES, body_schema, read_body
from api.jobs.missing import missing_plan
from api.jobs.wanted import wanted_plan
from api.routes.depends import PROBLEMS, EditionDep
from api.schemas import PlanCoverage, PlanFeatures, PlanJob
from api.state import Edition
from geo.errors import InputError, NotFoundError
from geo.places import Place

if TYPE_CHECKING:
    from geo.store import KeyRecord, Store

_JSON = "application/json"

router = APIRouter(prefix="/api/v1/cities", tags=["plans"], responses=PROBLEMS)


@router.get("/{city}/coverage", response_model=PlanCoverage, summary="覆盖率 / coverage")
def coverage(city: str, request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """标准规划的覆盖率：按半径、镜头、区县 / by radius, lens and district, as computed ahead."""
    return _answer(city, "coverage", request, edition, store)


@router.get("/{city}/gaps", response_model=PlanFeatures, summary="覆盖盲区 / gaps")
def gaps(city: str, request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """按人口排序的盲区 / ranked by people, as GeoJSON with its warnings."""
    return _answer(city, "gaps", request, edition, store)


@router.get("/{city}/sites", response_model=PlanFeatures, summary="建议站点 / sites")
def sites(city: str, request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """下一批站点：建设顺序与各数量的最优方案 / where the next stations should go."""
    return _answer(city, "sites", request, edition, store)


@router.post(
    "/{city}/plans",
    status_code=202,
    response_model=PlanJob,
    summary="另行规划 / a plan of your own",
    openapi_extra={"requestBody": {"content": {_JSON: {"schema": body_schema()}}}},
)
async def submit(
    city: str, request: Request, edition: EditionDep, store: StoreDep, caller: PlannerDep
) -> Response:
    """需要 plan 权限的密钥；202 与 Location，算过的立即给出 / needs a key of the scope plan."""
    params.refuse_unknown(request.query_params, ())
    place = cities.city_of(edition.places, city)
    require_area(caller, place.adcode)
    body = await _body(request)
    return await run_in_threadpool(_submit, edition, store, caller, place, body)


def _answer(city: str, name: str, request: Request, edition: Edition, store: "Store") -> Response:
    params.refuse_unknown(request.query_params, ())
    place = cities.city_of(edition.places, city)
    plan = store.plans.standard(place.adcode)
    if plan is None:
        detail, command, post = missing_plan(edition, place)
        return problem(request, HTTPStatus.NOT_FOUND, detail, command=command, post=post)
    return part_answer(request, store, plan, FILES[name])


def _submit(
    edition: Edition, store: "Store", caller: "KeyRecord", place: Place, content: bytes
) -> Response:
    body = read_body(content)
    if body.compare is not None:
        _require_revision(store, body.compare)
    wanted = wanted_plan(
        edition.settings,
        edition.snapshot,
        place,
        body.parameters(),
        compare=body.compare,
        owner=caller.id,
    )
    job = store.jobs.submit(wanted)
    status = HTTPStatus.OK if job.ended else HTTPStatus.ACCEPTED
    headers = {"Location": f"/api/v1/jobs/{job.id}", "Cache-Control": "no-store"}
    return Response(orjson.dumps(job_json(store, job)), status, media_type=_JSON, headers=headers)


def _require_revision(store: "Store", number: int) -> None:
    try:
        store.revision(number)
    except NotFoundError as error:
        zh, en = error.text
        raise InputError("compare", zh=zh, en=en, value=str(number)) from None


async def _body(request: Request) -> bytes:
    """The body; reading stops where it becomes too large."""
    content = b""
    stream: AsyncIterator[bytes] = request.stream()
    async for part in stream:
        content += part
        if len(content) > MAX_BODY_BYTES:
            raise TooLargeError(
                "请求体超过 1 MB；候选点很多时请用 yizhan plan",
                "the body is larger than 1 MB: with so many candidates use yizhan plan",
            )
    return content
