"""``/plan/``: the planner's page of each city and of all, and of whatever was asked for by POST."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cities
from api.auth import StoreDep
from api.caching import conditional
from api.jobs.answers import part_answer
from api.jobs.files import PAGE
from api.jobs.missing import Missing, missing_plan, missing_ranking
from api.routes import maps
from api.routes.depends import EditionDep
from api.site.headers import content_security_policy, drawn_headers, headers
from api.site.templates import rendered
from api.state import Edition
from geo.catalogue import SYNTHETIC
from geo.errors import NotFoundError
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import PlanRecord

_KEY = re.compile(r"[0-9a-f]{64}")

router = APIRouter(prefix="/plan", include_in_schema=False)


@router.get("/")
def ranking(request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """All cities that have a standard plan, side by side."""
    plans = store.plans.standards()
    if not plans:
        heading = Text("各市比较", "All cities")
        return _missing(edition, heading, missing_ranking(edition.settings), root="../")
    page = edition.pages.ranking(plans)
    return conditional(
        request,
        page.etag,
        lambda: page.html,
        media_type="text/html; charset=utf-8",
        headers=drawn_headers(page.policy),
    )


router.add_api_route("/assets/{name:path}", maps.asset)


@router.get("/{which}")
def plan(which: str, request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """The standard plan of a city, by adcode (a name leads to it), or a plan by its key."""
    if _KEY.fullmatch(which):
        return part_answer(request, store, _found(store.plans.get(which)), PAGE)
    place = cities.city_of(edition.places, which)
    if which != place.adcode:
        return RedirectResponse(f"/plan/{place.adcode}", status_code=308)
    found = store.plans.standard(place.adcode)
    if found is None:
        heading = Text(f"{place.name}规划", f"Plan of {place.name_en}")
        return _missing(edition, heading, missing_plan(edition, place), root="../")
    return part_answer(request, store, found, PAGE)


@router.get("/{which}/{name}")
def file(which: str, name: str, request: Request, edition: EditionDep, store: StoreDep) -> Response:
    """A file of a plan, to be kept: of a city's standard plan, or of the one with that key."""
    if _KEY.fullmatch(which):
        found = _found(store.plans.get(which))
    else:
        found = _found(store.plans.standard(cities.city_of(edition.places, which).adcode))
    answer = part_answer(request, store, found, name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.city}-{name}"'
    return answer


def _found(found: "PlanRecord | None") -> "PlanRecord":
    if found is None:
        raise NotFoundError(
            "没有这份规划，或已不再保存", "there is no such plan, or it is kept no longer"
        )
    return found


def _missing(edition: Edition, heading: Text, missing: Missing, *, root: str) -> Response:
    body = rendered(
        "unplanned.html",
        policy=content_security_policy(),
        label=SYNTHETIC if edition.snapshot.info.synthetic else None,
        root=root,
        heading=heading,
        detail=missing.detail,
        command=missing.command,
        post=missing.post,
    )
    return Response(
        body,
        HTTPStatus.NOT_FOUND,
        media_type="text/html; charset=utf-8",
        headers=dict(headers("page")) | {"Cache-Control": "no-store"},
    )
