"""Scripts, styles and images of our pages, made small, under one version for all of them.

Modules import each other by relative names, so that they lie in one folder whose name carries
the hash of all: a browser may keep it for good and never mixes two versions.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import rcssmin
import rjsmin

from api.site.bundle import bundle, importing_from
from geo.errors import NotFoundError
from maps.assets import ICON

# The script of the courier's page: what it needs before it shows an answer.
COURIER: Final = "courier.js"
_MEMBERS: Final = (
    "late.js",
    "geodesic.js",
    "hours.js",
    "search.js",
    "say.js",
    "source.js",
    "filters.js",
    "cards.js",
    "locate.js",
    "app.js",
)
# Served from the root of the site.
_APART: Final = {"worker.js", "embed.js"}

_WEB: Final = Path(__file__).resolve().parents[1] / "web"
_VERSION_LENGTH: Final = 8


class Asset(NamedTuple):
    """A file of a page."""

    content: bytes
    media_type: str


_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
_SMALLER: Final[Mapping[str, Callable[[str], str]]] = {
    ".css": rcssmin.cssmin,
    ".js": rjsmin.jsmin,
}


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by its name."""
    paths = [path for path in (*sorted(_WEB.iterdir()), ICON) if path.suffix in _MEDIA_TYPES]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    served = {
        name: importing_from(text, _MEMBERS, COURIER)
        for name, text in texts.items()
        if name not in _MEMBERS and name not in _APART
    }
    served[COURIER] = bundle(texts, _MEMBERS)
    return MappingProxyType({name: _asset(name, text) for name, text in sorted(served.items())})


@cache
def version() -> str:
    """The hash of all assets, as their addresses carry it."""
    digest = hashlib.sha256()
    for name, asset in assets().items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(asset.content).digest())
    return digest.hexdigest()[:_VERSION_LENGTH]


def url(name: str) -> str:
    """The address of an asset, relative to the root of the site."""
    _named(name)
    return folder() + name


def folder() -> str:
    """Where assets lie, relative to the root of the site."""
    return f"web/{version()}/"


def asset(name: str) -> Asset:
    """One asset. Raises :class:`NotFoundError`."""
    return _named(name)


def _named(name: str) -> Asset:
    try:
        return assets()[name]
    except KeyError:
        raise NotFoundError("没有这个页面资源", "there is no such asset") from None


def _asset(name: str, text: str) -> Asset:
    suffix = Path(name).suffix
    smaller = _SMALLER.get(suffix)
    return Asset((smaller(text) if smaller else text).encode(), _MEDIA_TYPES[suffix])


def small_source(name: str) -> bytes:
    """A script that is not served as an asset, made small."""
    smaller: str = rjsmin.jsmin(source(name))
    return smaller.encode()


def source(name: str) -> str:
    """A script that is not served as an asset, as it is written."""
    return (_WEB / name).read_text(encoding="utf-8")
