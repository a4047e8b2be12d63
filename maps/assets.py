"""Scripts, styles and images of the pages: all of them local, none from elsewhere.

Leaflet and MarkerCluster come from their XStatic wheels, the rest lies in ``maps/web``.
Scripts and styles carry their own hash in their names (``leaflet-1a2b3c4d.js``), so that
a server may let a browser keep them for good.
"""

import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from geo.errors import NotFoundError, SetupError

FOLDER = "assets"

_WEB = Path(__file__).with_name("web")
ICON = _WEB / "icon.svg"
_LEAFLET = ("XStatic-Leaflet", "xstatic/pkg/leaflet/data")
_MARKERCLUSTER = ("XStatic-Leaflet-MarkerCluster", "xstatic/pkg/leaflet_markercluster/data")
_FROM_WHEELS = {
    "leaflet.js": (*_LEAFLET, "leaflet.js"),
    "leaflet.css": (*_LEAFLET, "leaflet.css"),
    "markercluster.js": (*_MARKERCLUSTER, "leaflet.markercluster.js"),
    "markercluster.css": (*_MARKERCLUSTER, "MarkerCluster.css"),
    # leaflet.css names these; their names stay as they are.
    "images/layers.png": (*_LEAFLET, "images/layers.png"),
    "images/layers-2x.png": (*_LEAFLET, "images/layers-2x.png"),
    "images/marker-icon.png": (*_LEAFLET, "images/marker-icon.png"),
}
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_OURS = {".js", ".css", ".svg"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file beside the pages; ``name`` is its path below ``assets/``."""

    name: str
    media_type: str
    content: bytes


@cache
def files() -> Mapping[str, Asset]:
    """Every asset by the name under which pages ask for it.

    Raises :class:`SetupError` if a wheel that carries one is not installed.
    """
    return MappingProxyType({asset.name: asset for asset in _by_plain_name().values()})


def asset(name: str) -> Asset:
    """One asset by the name under which pages ask for it. Raises :class:`NotFoundError`."""
    try:
        return files()[name]
    except KeyError:
        raise NotFoundError("没有这个页面资源", "there is no such asset") from None


def url(plain_name: str) -> str:
    """The address of an asset relative to the pages: ``leaflet.js`` → ``assets/leaflet-….js``."""
    return f"{FOLDER}/{_by_plain_name()[plain_name].name}"


def write(folder: Path) -> None:
    """Write all assets to ``folder/assets``."""
    for one in files().values():
        path = folder / FOLDER / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)


@cache
def _by_plain_name() -> Mapping[str, Asset]:
    ours = ((p.name, p.read_bytes()) for p in sorted(_WEB.iterdir()) if p.suffix in _OURS)
    wheels = ((name, _from_wheel(*place)) for name, place in _FROM_WHEELS.items())
    return {name: _asset(name, content) for name, content in (*wheels, *ours)}


def _from_wheel(distribution: str, folder: str, name: str) -> bytes:
    try:
        located = importlib.metadata.distribution(distribution).locate_file(f"{folder}/{name}")
        return Path(str(located)).read_bytes()
    except (importlib.metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise SetupError(
            f"缺少 Python 包 {distribution}，请运行 pip install {distribution}",
            f"the Python package {distribution} is missing: pip install {distribution}",
        ) from error


def _asset(plain_name: str, content: bytes) -> Asset:
    path = PurePosixPath(plain_name)
    digest = hashlib.sha256(content).hexdigest()[:8]
    name = plain_name if path.suffix == ".png" else f"{path.stem}-{digest}{path.suffix}"
    return Asset(name, _MEDIA_TYPES[path.suffix], content)
