"""Draws the pages of the service. Imported when the first map is asked for: Folium is large."""

from collections.abc import Sequence
from typing import Final

from api.jobs.files import COVERAGE, GAPS, SITES
from api.settings import Settings
from geo.places import Places
from geo.planning.model import CityPlan
from geo.snapshot import Snapshot
from geo.text import Text
from maps.basemaps import tile_provider
from maps.city_map import render_city
from maps.gallery import render_index
from maps.options import FRAMED_ON_SERVICE, ON_DISK, ON_SERVICE, Links, Options
from maps.page import RenderedPage
from maps.plan import FileLink, render_plan, render_ranking
from maps.plan_folder import DATA

# What the API answers with, beside the files of a plan's folder.
_ANSWERS: Final = (
    FileLink(COVERAGE, Text("覆盖率 JSON", "Coverage, JSON")),
    FileLink(GAPS, Text("盲区 GeoJSON", "Gaps, GeoJSON")),
    FileLink(SITES, Text("建议站点 GeoJSON", "Sites, GeoJSON")),
)


def options_of(settings: Settings, links: Links = ON_DISK) -> Options:
    """What the settings say of maps. Raises :class:`InputError` for a provider that is unknown."""
    key = settings.tiles_key.get_secret_value() if settings.tiles_key else None
    return Options(
        links=links,
        tiles=tile_provider(settings.tiles, key=key) if settings.tiles else None,
        base_map=settings.base_map,
        approval=settings.map_approval,
    )


def draw_plan(
    settings: Settings,
    places: Places,
    snapshot: Snapshot,
    plan: CityPlan,
    *,
    key: str,
    files: Sequence[FileLink],
) -> tuple[str, str]:
    """The policy and the HTML of a planner's page, as :mod:`api.routes.plans_pages` serves it.

    ``files`` are offered on it, with all data and what the API answers with.
    """
    offered = [each._replace(href=f"{key}/{each.href}") for each in (*files, DATA, *_ANSWERS)]
    options = options_of(settings, ON_SERVICE)
    page = render_plan(plan, places, snapshot, options, files=offered, ranking="./")
    return _served(page)


def draw_ranking(
    settings: Settings, places: Places, snapshot: Snapshot, plans: Sequence[CityPlan]
) -> tuple[str, str]:
    """The policy and the HTML of the page of many plans."""
    pages = {plan.place.adcode: plan.place.adcode for plan in plans}
    options = options_of(settings, ON_SERVICE)
    return _served(render_ranking(plans, places, snapshot, options, pages=pages))


def draw(
    settings: Settings,
    places: Places,
    snapshot: Snapshot,
    adcode: str | None,
    *,
    framed: bool = False,
) -> tuple[str, str]:
    """The policy of a city's map or of the index, without who may embed it, and the HTML."""
    options = options_of(settings, FRAMED_ON_SERVICE if framed else ON_SERVICE)
    if adcode is None:
        page = render_index(places, snapshot, options)
    else:
        page = render_city(places, snapshot, adcode, options)
    return _served(page)


def _served(page: RenderedPage) -> tuple[str, str]:
    return page.content_security_policy, page.html
