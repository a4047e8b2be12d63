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

from geo.errors import NotFoundError

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
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_SMALLER: Final[Mapping[str, Callable[[str], str]]] = {
    ".css": rcssmin.cssmin,
    ".js": rjsmin.jsmin,
}


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by its name."""
    paths = sorted(path for path in _WEB.iterdir() if path.suffix in _MEDIA_TYPES)
    return MappingProxyType({path.name: _read(path) for path in paths})


@cache
def version() -> str:
    """The hash of all assets, as their addresses carry it."""
    digest = hashlib.sha256()
    for name, asset in assets().items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(asset.content).digest())
    return digest.hexdigest()[:_VERSION_LENGTH]


def url(name: str) -> str:
    """The address of an asset from the root of the site."""
    _named(name)
    return f"/web/{version()}/{name}"


def asset(name: str) -> Asset:
    """One asset. Raises :class:`NotFoundError`."""
    return _named(name)


def _named(name: str) -> Asset:
    try:
        return assets()[name]
    except KeyError:
        raise NotFoundError("没有这个页面资源", "there is no such asset") from None


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    smaller = _SMALLER.get(path.suffix)
    if smaller:
        content = smaller(content.decode()).encode()
    return Asset(content, _MEDIA_TYPES[path.suffix])
