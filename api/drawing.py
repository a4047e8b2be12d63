"""Draws the pages of the service. Imported when the first map is asked for: Folium is large."""

from api.settings import Settings
from geo.places import Places
from geo.snapshot import Snapshot
from maps.basemaps import tile_provider
from maps.city_map import render_city
from maps.gallery import render_index
from maps.options import ON_DISK, ON_SERVICE, Links, Options


def options_of(settings: Settings, links: Links = ON_DISK) -> Options:
    """What the settings say of maps. Raises :class:`InputError` for a provider that is unknown."""
    key = settings.tiles_key.get_secret_value() if settings.tiles_key else None
    return Options(
        links=links,
        tiles=tile_provider(settings.tiles, key=key) if settings.tiles else None,
        base_map=settings.base_map,
        approval=settings.map_approval,
    )


def draw(
    settings: Settings, places: Places, snapshot: Snapshot, adcode: str | None
) -> tuple[str, str]:
    """The policy of a city's map or of the index, without who may embed it, and the HTML."""
    options = options_of(settings, ON_SERVICE)
    if adcode is None:
        page = render_index(places, snapshot, options)
    else:
        page = render_city(places, snapshot, adcode, options)
    return page.content_security_policy, page.html
