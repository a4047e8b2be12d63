"""The numbers behind a map: figures, reach, datum, size, refusal of what is not ours."""

import json
import re

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.coverage.areas import service_areas
from geo.datum import convert
from geo.errors import InputError, NotFoundError, SetupError
from geo.position import Position
from maps import assets, density, drawing, safe
from maps.basemaps import PROVIDERS, tile_provider
from maps.city_map import render_city
from maps.facts import city_facts
from maps.gallery import render_index
from maps.local_base import local_base
from maps.options import ON_SERVICE, Options
from maps.scan import refuse_foreign, scan

GEOD = Geod(ellps="WGS84")


def block(html: str, key: str) -> dict:
    found = re.search(rf'<script type="application/json" id="{key}-data">(.*?)</script>', html)
    return json.loads(found[1])


def absolute(flat: list[int]) -> np.ndarray:
    return np.cumsum(np.array(flat).reshape(-1, 2), axis=0) / 1e6


def test_equal_input_gives_equal_bytes(places, shipped):
    assert render_city(places, shipped, "410100") == render_city(places, shipped, "410100")
    assert render_index(places, shipped) == render_index(places, shipped)


def test_figures(places, shipped):
    facts = city_facts(places, shipped, "410100")
    assert len(facts.stations) == 82
    assert facts.suspects == 3
    assert sum(district.listed for district in facts.districts) == 82
    assert facts.per_100k == pytest.approx(82 / 12600574 * 1e5)
    none = city_facts(places, shipped, "410200")
    assert not none.has_list
    assert none.per_100k is None
    assert all(district.per_100k is None for district in none.districts)


def test_unknown_city_and_a_district_are_refused(places, shipped):
    with pytest.raises(NotFoundError):
        render_city(places, shipped, "419999")
    with pytest.raises(InputError):
        render_city(places, shipped, "410105")


def test_reach_holds_what_is_within_and_nothing_beyond():
    rng = np.random.default_rng(5)
    lons, lats = rng.uniform(113.5, 113.8, 40), rng.uniform(34.6, 34.9, 40)
    area = service_areas(lons, lats, 500.0, centre=Position(113.65, 34.75))
    x, y = rng.uniform(113.45, 113.85, 4000), rng.uniform(34.55, 34.95, 4000)
    nearest = np.full(len(x), np.inf)
    for lon, lat in zip(lons, lats, strict=True):
        _, _, distances = GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)
        nearest = np.minimum(nearest, distances)
    inside = shapely.contains_xy(area, x, y)
    assert inside[nearest < 499.0].all()
    assert not inside[nearest > 501.0].any()
    assert (nearest < 499.0).sum() > 50


def test_reach_has_the_area_of_the_circle():
    area = service_areas([113.65], [34.75], 1000.0, centre=Position(113.65, 34.75))
    exact, _ = GEOD.geometry_area_perimeter(area)
    assert abs(exact) == pytest.approx(np.pi * 1000.0**2, rel=2e-5)
    assert service_areas([], [], 500.0, centre=Position(113.65, 34.75)).is_empty


def test_suspect_stations_are_drawn_and_reach_nothing(places, shipped):
    html = render_city(places, shipped, "410100").html
    stations = block(html, "stations")
    suspects = [
        row
        for row in stations["rows"]
        if stations["tables"]["qualities"][row[11]]["code"] == "suspect"
    ]
    assert len(suspects) == 3
    polygons = block(html, "reach_1000")["parts"][0]["polygons"]
    reach = shapely.union_all([shapely.Polygon(absolute(rings[0])) for rings in polygons])
    sound = [row for row in stations["rows"] if row not in suspects]
    for row in sound:
        assert reach.contains(shapely.Point(np.array(row[3]) / 1e6))


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_overlay_is_exact_on_the_tiles_datum(places, shipped, name):
    provider = tile_provider(name, key="k" if PROVIDERS[name].needs_key else None)
    html = render_city(places, shipped, "410100", Options(tiles=provider)).html
    drawn = {row[0]: row[3] for row in block(html, "stations")["rows"]}
    for station in list(shipped.stations())[:20]:
        lon, lat = convert(*station.position, source="wgs84", target=provider.datum)
        error_m = GEOD.inv(lon[0], lat[0], *(np.array(drawn[station.id]) / 1e6))[2]
        assert error_m < 0.1
    page = render_city(places, shipped, "410100", Options(tiles=provider, links=ON_SERVICE))
    assert all(f"https://{host}" in page.content_security_policy for host in provider.hosts)


def test_tile_provider_without_key_or_name_is_refused():
    with pytest.raises(InputError):
        tile_provider("tianditu")
    with pytest.raises(InputError):
        tile_provider("nowhere")


def test_shapes_come_back_from_their_compact_form(places):
    outline = places.outline("410100", "city")
    rings = drawing.polygons(outline, datum="wgs84")
    back = shapely.union_all([shapely.Polygon(absolute(part[0])) for part in rings])
    assert shapely.hausdorff_distance(back.boundary, outline.boundary) < 2e-6


def test_classes_of_density():
    assert density.class_of(None) == density.UNKNOWN_CLASS
    found = [density.class_of(rate) for rate in (0.0, 0.3, 1.0, 9.99, 10.0, 25.0)]
    assert found == ["rate-0", "rate-1", "rate-2", "rate-3", "rate-4", "rate-5"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>",
        "a & b",
        "`${x}`",
        "\\u003c",
        "'\"",
        "{{ x }}",
        "</script>",
        "\x00\x1b[31m",
        "a\u2028b",
    ],
)
def test_the_safe_door(text):
    shown = str(safe.markup(text))
    assert not set(shown) & set("<>\"'`${}\\\x00\x1b")
    data = str(safe.json_block({"name": text}))
    assert "<" not in data
    assert json.loads(data) == {"name": text}


def test_a_foreign_address_is_refused():
    for html in (
        '<script src="https://cdn.example/x.js"></script>',
        "<img src='//cdn.example/x.png'>",
        "<script>fetch('https://evil.example/')</script>",
        "<style>@import url(https://evil.example/x.css)</style>",
        '<a href="javascript:alert(1)">x</a>',
    ):
        with pytest.raises(SetupError):
            refuse_foreign(scan(html), pages=set())


def test_assets_are_named_by_their_content():
    for name, asset in assets.files().items():
        assert asset.content
        assert "/" not in name or name.startswith("images/")
    with pytest.raises(NotFoundError):
        assets.asset("../../pyproject.toml")


def test_local_base_map(shared_data, places):
    base = local_base(shared_data / "base" / "basemap", places.get("410100").bbox, datum="wgs84")
    assert {part["class"] for part in base.parts} >= {"river", "urban"}
    assert base.names


def test_local_base_map_that_cannot_be_used_is_a_clear_error(tmp_path, places):
    bbox = places.get("410100").bbox
    with pytest.raises(InputError, match="GeoJSON"):
        local_base(tmp_path, bbox, datum="wgs84")
    (tmp_path / "rivers.geojson").write_text("{")
    with pytest.raises(InputError, match=r"rivers\.geojson"):
        local_base(tmp_path, bbox, datum="wgs84")
