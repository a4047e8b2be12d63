"""``/maps/``: the same pages that ``yizhan map`` writes, drawn when they are first asked for."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cities
from api.caching import FOR_GOOD, conditional
from api.pages import Page
from api.routes.depends import EditionDep
from maps import assets

router = APIRouter(prefix="/maps", include_in_schema=False)


@router.get("/")
def index(request: Request, edition: EditionDep) -> Response:
    """All cities."""
    return _answer(request, edition.pages.page(None))


@router.get("/assets/{name:path}")
def asset(name: str, request: Request) -> Response:
    """A script, a style sheet or an image of the pages; names carry a hash of their content."""
    found = assets.asset(name)
    return conditional(
        request,
        found.name.replace("/", "-"),
        lambda: found.content,
        media_type=found.media_type,
        cache_control=FOR_GOOD,
    )


@router.get("/{city}")
def city_map(city: str, request: Request, edition: EditionDep) -> Response:
    """A city's map, by adcode; a name leads to it."""
    place = cities.city_of(edition.places, city)
    if city != place.adcode:
        return RedirectResponse(f"/maps/{place.adcode}", status_code=308)
    return _answer(request, edition.pages.page(place.adcode))


def _answer(request: Request, page: Page) -> Response:
    return conditional(
        request,
        page.etag,
        lambda: page.html,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": page.policy},
    )
