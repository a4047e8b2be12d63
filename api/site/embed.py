"""What other sites embed: a city's map and list in a frame, and what makes it easy to put there."""

from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from starlette.datastructures import QueryParams

from api import params
from api.cities import cities
from api.settings import Settings
from api.site.courier import courier_config, provider_of
from api.site.headers import content_security_policy
from api.site.templates import rendered
from geo.catalogue import SYNTHETIC
from geo.datum import convert_position
from geo.errors import InputError, NotFoundError
from geo.places import Place, Places
from geo.position import BBox, checked_position
from geo.snapshot import Snapshot
from geo.station import DATUMS, Datum
from geo.text import Text
from geo.vocabulary import vocabulary
from maps.safe import json_block

THEMES: Final = ("auto", "light", "dark")
HEIGHTS: Final = (240, 2000)
WIDTH, HEIGHT = 480, 640

PARAMETERS: Final = (
    params.Parameter(
        "bbox",
        {"type": "string", "examples": ["113.6,34.7,113.8,34.8"]},
        Text("西,南,东,北：从它的中心找起", "west,south,east,north: what it starts from"),
    ),
    params.Parameter("kind", {"type": "string"}, Text("类别", "a kind")),
    params.Parameter("facility", {"type": "string"}, Text("设施，逗号隔开", "facilities")),
    params.LANG,
    params.Parameter(
        "theme", {"type": "string", "enum": list(THEMES)}, Text("明暗", "light or dark")
    ),
    params.Parameter(
        "datum", {"type": "string", "enum": list(DATUMS)}, Text("bbox 的坐标系", "datum of bbox")
    ),
    params.Parameter(
        "height",
        {"type": "integer", "minimum": HEIGHTS[0], "maximum": HEIGHTS[1]},
        Text("地图高度（像素）", "height of the map in pixels"),
    ),
)


def check(query: QueryParams) -> None:
    """Refuse what an embed cannot do. The page itself reads the same query.

    Raises :class:`~geo.errors.InputError`.
    """
    params.refuse_unknown(query, PARAMETERS)
    asked = {name: query[name] for name in ("kind", "facility", "lang") if query.get(name)}
    if asked.get("kind") == "all":
        del asked["kind"]
    params.question(QueryParams(asked))
    params.choice(query, "theme", THEMES, "auto")
    datum: Datum = params.choice(query, "datum", DATUMS, "wgs84")
    if query.get("bbox"):
        _bbox(query["bbox"], datum)
    height = query.get("height")
    if height and not (height.isdecimal() and HEIGHTS[0] <= int(height) <= HEIGHTS[1]):
        raise InputError(
            "height",
            zh="height 应为像素数",
            en="height should be a number of pixels",
            value=params.shown(height),
            expected=Text(f"{HEIGHTS[0]} 到 {HEIGHTS[1]}", f"{HEIGHTS[0]} to {HEIGHTS[1]}"),
        )


def _bbox(text: str, datum: Datum) -> BBox:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise InputError(
            "bbox",
            zh="bbox 应为四个数",
            en="bbox should be four numbers",
            value=None,
            expected=Text("西,南,东,北", "west,south,east,north"),
        ) from None
    for lon, lat in ((west, south), (east, north)):
        checked_position(*convert_position(lon, lat, source=datum, target="wgs84"))
    return BBox(west, south, east, north)


def embed_page(settings: Settings, snapshot: Snapshot, city: Place, *, root: str) -> bytes:
    """The page of a city for a frame: the same for every query, which its script reads."""
    provider = provider_of(settings)
    config = courier_config(settings, root=root, api=False)
    config |= {
        "worker": None,
        "embed": {
            "city": city.adcode,
            "name": {"zh": city.name, "en": city.name_en},
            "at": [round(degrees, 4) for degrees in city.centre],
        },
    }
    return rendered(
        "embed.html",
        policy=content_security_policy(image_hosts=provider.hosts if provider else ()),
        config=json_block(config),
        label=SYNTHETIC if snapshot.info.synthetic else None,
        city=Text(city.name, city.name_en),
        adcode=city.adcode,
        root=root,
    )


def builder_page(
    snapshot: Snapshot, places: Places, *, root: str, address: str, with_oembed: bool = True
) -> bytes:
    """The page that makes the lines to copy; ``address`` is that of the site."""
    return rendered(
        "builder.html",
        policy=content_security_policy() + "; frame-src 'self'",
        label=SYNTHETIC if snapshot.info.synthetic else None,
        cities=cities(snapshot, places),
        kinds=_kinds(),
        with_oembed=with_oembed,
        root=root,
        address=address,
        width=WIDTH,
        height=HEIGHT,
    )


def _kinds() -> dict[str, Text]:
    return {code: term.label for code, term in vocabulary().kinds.items()}


def city_of_address(
    url: str, address: str, snapshot: Snapshot, places: Places
) -> tuple[Place, str]:
    """The city that a page of ours shows, and the query that its embed takes.

    Raises :class:`NotFoundError` for an address that is none of ours (oEmbed 1.0 §2.3.4: 404).
    """
    ours, given = urlsplit(address), urlsplit(url)
    parts = [part for part in given.path.removeprefix(ours.path).split("/") if part]
    shows = len(parts) == 2 and parts[0] in {"embed", "maps", "city", "plan"}
    same = given.netloc == ours.netloc and given.scheme in {"http", "https"}
    if same and not parts and snapshot.by_city:
        busiest = max(snapshot.by_city.items(), key=lambda pair: pair[1])[0]
        return places.get(busiest, "city"), ""
    if same and shows:
        known = {parameter.name for parameter in PARAMETERS}
        pairs = [pair for pair in parse_qsl(given.query) if pair[0] in known]
        check(QueryParams(pairs))
        adcode = parts[1].removesuffix(".html").removesuffix(".png")
        return places.get(adcode, "city"), str(QueryParams(pairs))
    raise NotFoundError("这不是本站的地图页面", "this is no map page of this site")


def oembed(
    url: str,
    address: str,
    snapshot: Snapshot,
    places: Places,
    *,
    max_width: int | None,
    max_height: int | None,
) -> dict[str, Any]:
    """What oEmbed 1.0 (§2.3.4.4, rich) says of a page of ours. Raises :class:`NotFoundError`."""
    city, query = city_of_address(url, address, snapshot, places)
    width, height = min(max_width or WIDTH, WIDTH), min(max_height or HEIGHT, HEIGHT)
    source = f"{address}embed/{city.adcode}/" + (f"?{query}" if query else "")
    title = f"{city.name}驿站 · Rest stations in {city.name_en}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "驿站 yizhan",
        "provider_url": address,
        "cache_age": 86_400,
        "width": width,
        "height": height,
        "html": frame(source, title, width=width, height=height),
        "thumbnail_url": f"{address}embed/{city.adcode}.png",
        "thumbnail_width": WIDTH,
        "thumbnail_height": WIDTH,
    }


def discovery(address: str, path: str) -> dict[str, str]:
    """Where oEmbed tells of a page of ours (§4): media type → address."""
    url = quote(address + path, safe="")
    return {
        f"{kind}+oembed": f"{address}oembed?format={form}&url={url}"
        for kind, form in (("application/json", "json"), ("text/xml", "xml"))
    }


def discovery_header(address: str, path: str) -> str:
    """The same as a Link header (RFC 8288), for pages that are the same for every address."""
    links = discovery(address, path).items()
    return ", ".join(f'<{link}>; rel="alternate"; type="{kind}"' for kind, link in links)


def frame(source: str, title: str, *, width: int, height: int) -> str:
    """The line that puts an embed into a page."""
    return (
        f'<iframe src={quoteattr(source)} title={quoteattr(title)} width="{width}" '
        f'height="{height}" loading="lazy" allow="geolocation" style="border:0"></iframe>'
    )


def as_xml(content: dict[str, Any]) -> str:
    """An oEmbed answer as XML (§2.3.4)."""
    members = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in content.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{members}</oembed>\n'
