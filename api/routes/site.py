"""``/`` and what its pages load."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.caching import conditional
from api.routes.depends import EditionDep
from api.site import assets
from api.site.courier import courier_page, provider_of, today, worker
from api.site.headers import headers
from geo.errors import NotFoundError

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
        headers=headers("page", image_hosts=provider.hosts if provider else ()),
    )


@router.get("/worker.js")
def service_worker(request: Request) -> Response:
    """Keeps the page on the phone. It stands at the root, whose pages it may answer for."""
    return conditional(
        request,
        f"worker-{assets.version()}",
        lambda: worker("./"),
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
