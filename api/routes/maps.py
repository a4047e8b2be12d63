"""``/maps/``: the same pages that ``yizhan map`` writes, drawn when they are first asked for."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cities
from api.caching import FOR_GOOD, conditional
from api.pages import Page
from api.routes.depends import EditionDep
from api.site.address import site_address
from api.site.embed import discovery_header
from api.site.headers import NOBODY
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
    link = discovery_header(site_address(edition.settings, request), f"maps/{place.adcode}")
    return _answer(request, edition.pages.page(place.adcode), link=link)


embeds = APIRouter(prefix="/coverage", include_in_schema=False)
embeds.add_api_route("/assets/{name:path}", asset)


@embeds.get("/{city}")
def embedded(city: str, request: Request, edition: EditionDep) -> Response:
    """A city's map for a frame, for those who may embed; also as the static site names it."""
    place = cities.city_of(edition.places, city.removesuffix(".html"))
    page = edition.pages.page(place.adcode, framed=True)
    return _answer(request, page, ancestors=edition.settings.embed_parents)


def _answer(
    request: Request, page: Page, *, ancestors: str = NOBODY, link: str | None = None
) -> Response:
    policy = {"Content-Security-Policy": f"{page.policy}; frame-ancestors {ancestors}"}
    return conditional(
        request,
        page.etag,
        lambda: page.html,
        media_type="text/html; charset=utf-8",
        headers=policy | ({"Link": link} if link else {}),
    )
