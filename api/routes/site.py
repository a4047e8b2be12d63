"""``/`` and what its pages load."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cities
from api.caching import conditional
from api.routes.depends import EditionDep
from api.site import assets
from api.site.headers import headers
from api.site.templates import rendered
from api.state import Edition
from geo.catalogue import SYNTHETIC
from geo.errors import NotFoundError

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, edition: EditionDep) -> Response:
    """A form for a position, links to the maps and the API, an example of each call."""
    return conditional(
        request,
        edition.etag("start"),
        lambda: _page(edition),
        media_type="text/html; charset=utf-8",
        headers=headers("page"),
    )


@router.get("/web/{version}/{name}")
def asset(version: str, name: str, request: Request) -> Response:
    """A script, a style sheet or an image of a page."""
    if version != assets.version():
        raise NotFoundError("这个版本的页面资源已更新", "the assets of this version are gone")
    found = assets.asset(name)
    return conditional(
        request,
        f"{version}-{name}",
        lambda: found.content,
        media_type=found.media_type,
        headers=headers("asset"),
    )


def _page(edition: Edition) -> bytes:
    snapshot = edition.snapshot
    example = str(snapshot.table["id"][0].as_py()) if len(snapshot) else "410102-0001"
    return rendered(
        "start.html",
        cities=cities.cities(snapshot, edition.places),
        stations=len(snapshot),
        revision=snapshot.revision,
        label=SYNTHETIC if snapshot.info.synthetic else None,
        declarations=snapshot.info.declarations,
        example_station=example,
    )
