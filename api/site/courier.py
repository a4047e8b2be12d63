"""The courier's page: one static file for everybody, with what it needs before it asks anything."""

from typing import Any, Final

import orjson

from api.settings import Settings
from api.site import assets
from api.site.headers import content_security_policy
from api.site.templates import rendered
from api.site.times import days_around
from geo.catalogue import SYNTHETIC
from geo.cells import words
from geo.snapshot import Snapshot
from maps.basemaps import TileProvider, tile_provider
from maps.safe import json_block

# What is asked for most, as buttons; the rest is behind "more".
_COMMON: Final = (
    "hot_water",
    "drinking_water",
    "microwave",
    "phone_charging",
    "toilet",
    "air_conditioning",
    "battery_swap",
)


def courier_page(settings: Settings, snapshot: Snapshot, *, root: str, api: bool) -> bytes:
    """The page as HTML.

    ``root`` leads from it to the root of the site; ``api`` tells whether there is a service
    behind it, which takes reports.
    """
    provider = provider_of(settings)
    return rendered(
        "courier.html",
        policy=content_security_policy(image_hosts=provider.hosts if provider else ()),
        config=json_block(courier_config(settings, root=root, api=api)),
        label=SYNTHETIC if snapshot.info.synthetic else None,
        declarations=snapshot.info.declarations,
        provider=provider.name if provider else None,
        root=root,
        api=api,
    )


def provider_of(settings: Settings) -> TileProvider | None:
    """The tile provider that the settings name."""
    if not settings.tiles:
        return None
    key = settings.tiles_key.get_secret_value() if settings.tiles_key else None
    return tile_provider(settings.tiles, key=key)


def tiles_of(settings: Settings) -> dict[str, Any] | None:
    """The tile provider as the page's script takes it."""
    provider = provider_of(settings)
    if provider is None:
        return None
    return {
        "urls": provider.urls,
        "subdomains": provider.subdomains,
        "datum": provider.datum,
        "attribution": provider.attribution.zh,
    }


def courier_config(settings: Settings, *, root: str, api: bool) -> dict[str, Any]:
    """What the page's script is told."""
    return {
        "root": root,
        "api": api,
        "says": orjson.loads(assets.asset("strings.zh.json").content),
        "common": _COMMON,
        "words": orjson.loads(words("zh")),
        "days": days_around(),
        "assets": root + assets.folder(),
        "english": root + assets.url("strings.en.json"),
        "icons": root + assets.url("icons.svg"),
        "worker": f"{root}worker.js",
        "tiles": tiles_of(settings),
    }


def worker() -> bytes:
    """The service worker at the root, which keeps this version of the page and its assets."""
    files = " ".join(("./", *(assets.url(name) for name in sorted(assets.assets()))))
    script = assets.source("worker.js").replace("{{version}}", assets.version())
    return script.replace("{{files}}", files).encode()
