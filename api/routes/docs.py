"""``/docs``: the interactive documentation, with every file from this machine."""

import base64
import hashlib
import importlib.util
import re
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS = "/docs-assets"
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The page; its only inline script is admitted by its hash."""
    page = get_swagger_ui_html(
        openapi_url=str(request.app.openapi_url),
        title="yizhan 驿站 · API",
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{_ASSETS}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True},
    )
    hashes = " ".join(_source(script) for script in _INLINE_SCRIPT.findall(bytes(page.body)))
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    return page


def mount_assets(app: FastAPI) -> None:
    """Serve Swagger UI's files from the wheel that carries them."""
    # The package itself is not imported: only its files are wanted.
    spec = importlib.util.find_spec("fastapi_offline")
    folders = spec.submodule_search_locations if spec else None
    if folders:
        folder = Path(next(iter(folders))) / "static"
        app.mount(_ASSETS, StaticFiles(directory=folder), name="docs-assets")


def _source(script: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return f"'sha256-{digest}'"
