"""``/`` and what its pages load."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cities
from api.caching import conditional
from api.routes.depends import EditionDep
from api.site import assets
from api.site.address import site_address
from api.site.city import cities_page, city_page
from api.site.courier import courier_page, provider_of, worker
from api.site.embed import discovery_header
from api.site.headers import headers
from api.site.station import station_page
from api.site.times import today
from geo.errors import NotFoundError
from maps.options import ON_SERVICE

router = APIRouter(include_in_schema=False)


@router.get("/")
def courier(request: Request, edition: EditionDep) -> Response:
    """The courier's page: the same for everybody, whatever its query says."""
    settings = edition.settings
    provider = provider_of(settings)
    return conditional(
        request,
        edition.etag("courier", today()),
        lambda: courier_page(settings, edition.snapshot, root="./", api=True),
        media_type="text/html; charset=utf-8",
        headers={
            **headers("page", image_hosts=provider.hosts if provider else ()),
            "Link": discovery_header(site_address(settings, request), ""),
        },
    )


@router.get("/city/")
def all_cities(request: Request, edition: EditionDep) -> Response:
    """Every city with its list."""
    return _page(
        request,
        edition.etag("cities page"),
        lambda: cities_page(edition.snapshot, edition.places, root="../"),
    )


@router.get("/city/{city}/")
def one_city(city: str, request: Request, edition: EditionDep) -> Response:
    """The list of a city, without a script."""
    place = cities.city_of(edition.places, city)
    return _page(
        request,
        edition.etag("city page", place.adcode),
        lambda: city_page(edition.snapshot, edition.places, place, root="../../", links=ON_SERVICE),
        discovery_header(site_address(edition.settings, request), f"city/{place.adcode}/"),
    )


@router.get("/s/{station_id}/")
def station(station_id: str, request: Request, edition: EditionDep) -> Response:
    """The page of one station."""
    edition.snapshot.row_of(station_id)
    address = f"{site_address(edition.settings, request)}s/{station_id}/"
    return _page(
        request,
        edition.etag("station page", station_id, address, today()),
        lambda: station_page(
            edition.snapshot, edition.places, station_id, root="../../", address=address
        ),
    )


@router.get("/worker.js")
def service_worker(request: Request) -> Response:
    """Keeps the page on the phone. It stands at the root, whose pages it may answer for."""
    return conditional(
        request,
        f"worker-{assets.version()}",
        worker,
        media_type="text/javascript; charset=utf-8",
        headers=headers("data"),
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


@router.get("/{name}.txt")
def verification(name: str, edition: EditionDep) -> Response:
    """The file at the root by which WeChat knows whose site this is."""
    expected, _, content = (edition.settings.wechat_verification or "").partition(":")
    if not content or f"{name}.txt" != expected:
        raise NotFoundError("没有这个文件", "there is no such file")
    return Response(content, media_type="text/plain")


def _page(
    request: Request, etag: str, body: Callable[[], bytes], link: str | None = None
) -> Response:
    sent = {**headers("page"), **({"Link": link} if link else {})}
    return conditional(request, etag, body, media_type="text/html; charset=utf-8", headers=sent)
