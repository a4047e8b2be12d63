"""Jobs and kept plans as answers."""

import gzip
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from api.caching import REVALIDATE, accepts_gzip, matches
from api.frame import REVISION
from api.jobs.files import COVERAGE, GAPS, PLAN, SITES
from api.site.headers import drawn_headers
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import Job, PlanRecord, Store

# The last part of an address, and the file that it answers with.
FILES = {"coverage": COVERAGE, "gaps": GAPS, "sites": SITES, "plan": PLAN}
_SHOWN_DIGITS = 12
_TAG_LENGTH = 24


def job_json(store: "Store", job: "Job") -> dict[str, Any]:
    """A job for whoever asked: what it is, how far, and where its results are."""
    address = f"/api/v1/jobs/{job.id}"
    kept = job.state == "done" and store.plans.get(job.key) is not None
    return {
        "id": job.id,
        "city": job.city,
        "state": job.state,
        "stopping": job.stopping and not job.ended,
        "share": round(job.share, 3),
        "stage": _pair(job.stage),
        "ahead": store.jobs.before(job) if job.state == "queued" else None,
        "problem": _pair(job.problem),
        "created_at": _moment(job.created_at),
        "started_at": _moment(job.started_at),
        "ended_at": _moment(job.ended_at),
        "revision": job.revision,
        "request": dict(job.request),
        "links": {"self": address}
        | ({name: f"{address}/{name}" for name in FILES} if kept else {})
        | ({"page": f"/plan/{job.key}"} if kept else {}),
    }


def part_answer(request: Request, store: "Store", plan: "PlanRecord", name: str) -> Response:
    """A file of a plan, or 304; it says of which revision it is. Raises :class:`NotFoundError`."""
    request.scope[REVISION] = f"{plan.revision}-{plan.snapshot[:_SHOWN_DIGITS]}"
    zipped = accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = f'"{plan.key[:_TAG_LENGTH]}-{name}{"-gzip" if zipped else ""}"'
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept-Encoding"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    part = store.plans.part(plan.key, name)
    if part.policy:
        headers |= drawn_headers(part.policy)
    content = part.content
    if zipped:
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, media_type=part.media_type, headers=headers)


def _pair(text: Text | None) -> dict[str, str] | None:
    return text._asdict() if text else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
