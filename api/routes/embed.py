"""``/embed/``: for other sites, in a frame; ``/oembed`` and ``/embed.js`` make that easy."""

from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cities, params
from api.caching import conditional
from api.routes.depends import EditionDep
from api.site import assets
from api.site.address import site_address
from api.site.courier import provider_of
from api.site.embed import (
    as_xml,
    builder_page,
    check,
    discovery_header,
    embed_page,
    oembed,
)
from api.site.headers import headers
from api.site.times import today
from geo.errors import InputError
from geo.text import Text

router = APIRouter(include_in_schema=False)
_HTML: Final = "text/html; charset=utf-8"
_FORMATS: Final = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
_OEMBED: Final = (
    params.Parameter("url", {"type": "string"}, Text("本站的地图页面", "a map page of ours")),
    params.Parameter("maxwidth", {"type": "integer"}, Text("最宽", "at most so wide")),
    params.Parameter("maxheight", {"type": "integer"}, Text("最高", "at most so high")),
    params.Parameter("format", {"type": "string"}, Text("json 或 xml", "json or xml")),
)


@router.get("/embed/")
def builder(request: Request, edition: EditionDep) -> Response:
    """Makes the lines to copy."""
    address = site_address(edition.settings, request)
    policy = dict(headers("page"))
    policy["Content-Security-Policy"] += "; frame-src 'self'"
    return conditional(
        request,
        edition.etag("builder", address),
        lambda: builder_page(edition.snapshot, edition.places, root="../", address=address),
        media_type=_HTML,
        headers=policy,
    )


@router.get("/embed.js")
def component(request: Request) -> Response:
    """The web component, under an address that stays."""
    return conditional(
        request,
        f"embed-{assets.version()}",
        lambda: assets.small_source("embed.js"),
        media_type="text/javascript; charset=utf-8",
        cache_control="public, max-age=3600",
    )


@router.get("/embed/{city}.png")
def picture(city: str, request: Request, edition: EditionDep) -> Response:
    """The city's map as a picture, for pages that cannot embed."""
    place = cities.city_of(edition.places, city)
    return conditional(
        request,
        edition.etag("png", place.adcode),
        lambda: edition.pages.picture(place.adcode),
        media_type="image/png",
    )


@router.get("/embed/{city}/")
def embedded(city: str, request: Request, edition: EditionDep) -> Response:
    """The map and list of a city for a frame. Its script reads the query."""
    check(request.query_params)
    place = cities.city_of(edition.places, city)
    settings = edition.settings
    provider = provider_of(settings)
    hosts = provider.hosts if provider else ()
    return conditional(
        request,
        edition.etag("embed", place.adcode, today()),
        lambda: embed_page(settings, edition.snapshot, place, root="../../"),
        media_type=_HTML,
        headers={
            **headers("embed", image_hosts=hosts, parents=settings.embed_parents),
            "Link": discovery_header(site_address(settings, request), f"embed/{place.adcode}/"),
        },
    )


@router.get("/oembed")
def discovered(request: Request, edition: EditionDep) -> Response:
    """OEmbed 1.0: 404 for what is not ours, 501 for another format."""
    query = request.query_params
    params.refuse_unknown(query, _OEMBED)
    form = query.get("format") or "json"
    if form not in _FORMATS:
        return Response(status_code=501)
    content = oembed(
        query.get("url", ""),
        site_address(edition.settings, request),
        edition.snapshot,
        edition.places,
        max_width=_pixels(query.get("maxwidth"), "maxwidth"),
        max_height=_pixels(query.get("maxheight"), "maxheight"),
    )
    written = orjson.dumps(content) if form == "json" else as_xml(content).encode()
    return Response(written, media_type=_FORMATS[form], headers={"Cache-Control": "max-age=3600"})


def _pixels(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and 0 < int(text) < 100_000:
        return int(text)
    raise InputError(
        name,
        zh=f"{name} 应为像素数",
        en=f"{name} should be a number of pixels",
        value=params.shown(text),
        expected=Text("如 480", "such as 480"),
    )
