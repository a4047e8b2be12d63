"""``/api/v1/jobs``: how far a plan is, its results, and an end to it."""

from http import HTTPStatus

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.auth import PlannerDep, StoreDep
from api.errors import ForbiddenError
from api.jobs.answers import FILES, job_json, part_answer
from api.routes.depends import PROBLEMS
from api.schemas import PlanJob
from geo.errors import NotFoundError

_RETRY_AFTER_S = "1"

router = APIRouter(prefix="/api/v1/jobs", tags=["plans"], responses=PROBLEMS)


@router.get("/{job_id}", response_model=PlanJob, summary="任务状态 / how far a job is")
def state(job_id: str, store: StoreDep) -> Response:
    """编号无法猜到，知道它就能看 / whoever knows the id may look: it cannot be guessed."""
    job = store.jobs.get(job_id)
    headers = {"Cache-Control": "no-store"}
    if not job.ended:
        headers["Retry-After"] = _RETRY_AFTER_S
    return _answer(job_json(store, job), headers=headers)


@router.get("/{job_id}/{name}", summary="任务结果 / a result: coverage, gaps, sites, plan")
def result(job_id: str, name: str, request: Request, store: StoreDep) -> Response:
    """完成后可取：coverage、gaps、sites、plan / to be had once the job is done."""
    job = store.jobs.get(job_id)
    plan = store.plans.get(job.key) if job.state == "done" else None
    if plan is None or name not in FILES:
        raise NotFoundError(
            f"没有这个结果：任务{'已完成，结果已不再保存' if job.ended else '还没有完成'}",
            "there is no such result: "
            + ("the job is over, its result kept no longer" if job.ended else "it is not done yet"),
        )
    return part_answer(request, store, plan, FILES[name])


@router.delete("/{job_id}", response_model=PlanJob, summary="取消任务 / cancel a job")
def cancel(job_id: str, store: StoreDep, caller: PlannerDep) -> Response:
    """正在计算的两秒内停止 / a running one stops within two seconds; 202 until it has."""
    job = store.jobs.get(job_id)
    if job.owner != caller.id and "manage" not in caller.scopes:
        raise ForbiddenError("这不是此密钥的任务", "the job is not of this key")
    job = store.jobs.cancel(job_id)
    return _answer(job_json(store, job), HTTPStatus.OK if job.ended else HTTPStatus.ACCEPTED)


def _answer(
    content: object,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Response:
    return Response(
        orjson.dumps(content),
        status,
        media_type="application/json",
        headers=headers or {"Cache-Control": "no-store"},
    )
