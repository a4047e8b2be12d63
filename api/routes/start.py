"""``/``: a plain start page."""

from functools import cache
from pathlib import Path

import jinja2
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cities
from api.caching import FOR_GOOD, conditional
from api.routes.depends import EditionDep
from api.state import Edition
from geo.catalogue import SYNTHETIC
from geo.errors import NotFoundError

_WEB = Path(__file__).resolve().parents[1] / "web"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, edition: EditionDep) -> Response:
    """A form for a position, links to the maps and the API, an example of each call."""
    return conditional(
        request,
        edition.etag("start"),
        lambda: _page(edition).encode(),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _POLICY},
    )


@router.get("/web/{name}")
def asset(name: str, request: Request, edition: EditionDep) -> Response:
    """A script, a style sheet or an image of the start page."""
    path = _assets().get(name)
    if path is None:
        raise NotFoundError("没有这个页面资源", "there is no such asset")
    return conditional(
        request,
        edition.etag("web", name),
        path.read_bytes,
        media_type=_MEDIA_TYPES[path.suffix],
        cache_control=FOR_GOOD if request.query_params.get("v") else "public, max-age=3600",
    )


@cache
def _assets() -> dict[str, Path]:
    return {path.name: path for path in _WEB.iterdir() if path.suffix in _MEDIA_TYPES}


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(_WEB)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("start.html")


def _page(edition: Edition) -> str:
    snapshot = edition.snapshot
    example = str(snapshot.table["id"][0].as_py()) if len(snapshot) else "410102-0001"
    return _template().render(
        cities=cities.cities(snapshot, edition.places),
        stations=len(snapshot),
        revision=snapshot.revision,
        label=SYNTHETIC if snapshot.info.synthetic else None,
        declarations=snapshot.info.declarations,
        example_station=example,
        edition=edition.etag("web"),
    )
