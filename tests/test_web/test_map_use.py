"""City maps in use: by pointer, by keyboard, on a phone, with pop-ups open, on tiles."""

import importlib.metadata
import math
import shutil
from pathlib import Path

import folium
import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe

from geo.datum import convert_position
from geo.text import Text
from maps import assets
from maps.basemaps import PROVIDERS, TileProvider
from maps.gallery import write_maps
from maps.options import Options

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = "<img src=x onerror=fired(60)>${fired(61)}`</script><script>fired(62)</script>"
# A picture of one transparent point.
TILE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c6360000002000001000500010d0a2db40000000049454e44ae426082"
)


def unfold(page):
    for summary in page.locator("details summary").all():
        summary.click()
    page.wait_for_function(
        "[...document.querySelectorAll('details')].every((group) => group.open)"
        " && document.querySelector('button.station')"
    )
    return page.locator("button.station")


def zhengzhou(on_disk):
    return (on_disk / "shipped" / "410100.html").as_uri()


def open_and_settle(page, row):
    """Open a station from the list, and wait until its pop-up has come in and the map is still."""
    row.click()
    page.wait_for_function(
        """() => {
            const popup = document.querySelector(".leaflet-popup");
            return popup && getComputedStyle(popup).opacity === "1"
                && !document.querySelector(".leaflet-pan-anim");
        }"""
    )


def violations(page):
    report = Axe().run(page.page, options={"runOnly": RULES})
    return [(found["id"], len(found["nodes"])) for found in report.response["violations"]]


def test_the_list_opens_what_was_switched_off(on_disk, opened):
    page = opened(zhengzhou(on_disk)).ready()
    rows = unfold(page)
    page.uncheck("input[data-layer=stations]")
    page.uncheck("input[data-kind=rest_station]")
    rows.first.click()
    page.wait_for_selector(".popup")
    assert page.is_checked("input[data-layer=stations]")
    assert page.is_checked("input[data-kind=rest_station]")
    assert page.evaluate("Object.keys(yizhan.layers.stations._layers).length") == rows.count()
    assert page.errors == []


def test_from_one_pop_up_to_the_next_and_back(on_disk, opened):
    page = opened(zhengzhou(on_disk)).ready()
    rows = unfold(page)
    for number in (0, 3):
        rows.nth(number).click()
        page.wait_for_function(
            "(name) => document.querySelector('.popup-name')?.textContent === name",
            arg=rows.nth(number).locator(".station-name").inner_text(),
        )
        assert page.locator(".popup").count() == 1
        assert page.evaluate("document.activeElement.className") == "popup"
    page.keyboard.press("Escape")
    assert rows.nth(3).evaluate("(row) => row === document.activeElement")


def test_a_click_on_a_mark_opens_its_station(on_disk, opened):
    page = opened(zhengzhou(on_disk)).ready()
    x, y, name = page.evaluate(
        """() => {
            const group = yizhan.layers.stations;
            const marker = group.getLayers().find(({ options }) =>
                options.station.name.includes("嵩山医院"));
            group._map.setView(marker.getLatLng(), 18, { animate: false });
            const at = group._map.latLngToContainerPoint(marker.getLatLng());
            const frame = group._map.getContainer().getBoundingClientRect();
            return [frame.x + at.x, frame.y + at.y, marker.options.station.name];
        }"""
    )
    page.mouse.click(x, y)
    page.wait_for_selector(".popup")
    assert page.locator(".popup-name").all_inner_texts() == [name]


def test_a_click_on_a_district_says_what_is_known_of_it(on_disk, opened):
    page = opened((on_disk / "shipped" / "410200.html").as_uri()).ready()
    page.mouse.click(*middle(page, "兰考县"))
    page.wait_for_selector(".popup")
    text = page.locator(".popup").inner_text()
    assert "兰考县" in text
    assert "?" in text


def middle(page, name):
    box = page.locator(".name.district", has_text=name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("size", [pytest.param(DESKTOP, marks=pytest.mark.full), PHONE])
def test_wcag_with_a_pop_up_open(on_disk, opened, size):
    page = opened(zhengzhou(on_disk), size).ready()
    open_and_settle(page, unfold(page).nth(5))
    assert violations(page) == []


@pytest.mark.parametrize("name", ["shipped/410200.html", "shipped/index.html"])
def test_wcag_of_what_has_no_list(on_disk, opened, name):
    assert violations(opened((on_disk / name).as_uri()).ready()) == []


@pytest.mark.parametrize("size", [pytest.param(DESKTOP, marks=pytest.mark.full), PHONE])
def test_nothing_lies_over_a_pop_up(on_disk, opened, size):
    page = opened(zhengzhou(on_disk), size).ready()
    open_and_settle(page, unfold(page).nth(5))
    covered = page.evaluate(
        """() => [".popup-name", ".leaflet-popup-close-button"].filter((selector) => {
            const node = document.querySelector(selector);
            const box = node.getBoundingClientRect();
            const points = [[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]];
            return points.some(([fx, fy]) => !document
                .elementFromPoint(box.x + fx * box.width, box.y + fy * box.height)
                ?.closest(".leaflet-popup"));
        })"""
    )
    assert covered == []


@pytest.mark.full
def test_every_station_of_a_dense_map_opens_from_the_list(dense, opened):
    page = opened(dense.as_uri()).ready()
    assert page.locator(".cluster:not(.sample)").count() > 10
    assert violations(page) == []
    lost = page.evaluate(
        """() => yizhan.layers.stations.stations
            .filter(({ foreign }) => !foreign)
            .map(({ id }) => yizhan.layers.stations.open(id))
            .filter((marker) => !marker.getPopup().getElement()).length"""
    )
    assert lost == 0
    assert page.errors == []


def test_marks_of_many_are_for_the_pointer_and_no_stop_of_the_keyboard(dense, opened):
    page = opened(dense.as_uri()).ready()
    assert page.locator(".cluster[tabindex]").count() == 0
    before = page.evaluate("yizhan.layers.stations._map.getZoom()")
    page.locator(".leaflet-marker-icon.cluster").first.click()
    page.wait_for_function("(zoom) => yizhan.layers.stations._map.getZoom() > zoom", arg=before)


def test_tiles_are_those_under_the_stations_in_their_datum(places, shipped, opened, tmp_path):
    """The tile that is asked for at the middle of the map is the one of the shifted place."""
    options = Options(tiles=PROVIDERS["gaode"])
    write_maps(tmp_path, places, shipped, [places.get("410100")], options)
    page = opened("about:blank")
    page.route("https://*.is.autonavi.com/**", lambda route: route.fulfill(body=TILE))
    page.goto((tmp_path / "410100.html").as_uri())
    page.ready()
    lon, lat = next(shipped.stations()).position
    page.evaluate(
        "([lat, lon]) => void yizhan.layers.stations.eachLayer("
        "(one) => one._map.setView([lat, lon], 16, { animate: false }))",
        convert_position(lon, lat, source="wgs84", target="gcj02")[::-1],
    )
    page.wait_for_timeout(500)
    x, y = tile_of(*convert_position(lon, lat, source="wgs84", target="gcj02"), zoom=16)
    asked = [url for url in page.requests if "autonavi" in url]
    assert any(f"&x={x}&y={y}&z=16" in url for url in asked)
    foreign = [url for url in page.requests if not url.startswith(("file:", "data:", "about:"))]
    assert foreign == asked
    assert page.locator(".leaflet-tile[referrerpolicy=origin]").count() > 4
    assert page.errors == []


def tile_of(lon, lat, *, zoom):
    across = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * across), int(y * across)


def test_a_hostile_attribution_of_tiles_runs_nowhere(places, street, opened, tmp_path):
    tiles = TileProvider(
        HOSTILE, ["https://tiles.example/{z}/{x}/{y}.png"], "wgs84", Text(HOSTILE, HOSTILE)
    )
    options = Options(tiles=tiles, approval=HOSTILE)
    write_maps(tmp_path, places, street, [places.get("410100")], options)
    for name in ("410100.html", "index.html"):
        page = opened((tmp_path / name).as_uri()).ready()
        page.wait_for_timeout(300)
        assert page.fired == []
        assert page.errors == []
        assert HOSTILE in page.locator(".attribution").inner_text()


@pytest.mark.full
def test_the_names_of_the_attacks_do_run_on_a_plain_folium_page(street, opened, tmp_path):
    """The control: what our pages show literally runs where Folium is used as it comes."""
    names = {station.id: station.name for station in street.stations()}
    assets.write(tmp_path)
    wheel = importlib.metadata.distribution("XStatic-jQuery")
    jquery = wheel.locate_file("xstatic/pkg/jquery/data/jquery.min.js")
    shutil.copy(Path(str(jquery)), tmp_path / "jquery.js")
    for number in (1, 2, 3, 4):
        page = opened(plain_folium(names[f"410105-{99 + number:04}"], tmp_path))
        icon = page.locator(".leaflet-marker-icon")
        if icon.count():
            icon.click()
        page.wait_for_timeout(200)
        assert number in page.fired
    with pytest.raises(jinja2.UndefinedError, match="fired"):
        plain_folium(names["410105-0107"], tmp_path)


def plain_folium(name, folder):
    drawn = folium.Map([34.78, 113.66], tiles=None)
    drawn.default_js = [("leaflet", assets.url("leaflet.js")), ("jquery", "jquery.js")]
    drawn.default_css = []
    folium.Marker([34.78, 113.66], popup=name, tooltip=name).add_to(drawn)
    path = folder / "plain.html"
    path.write_text(drawn.get_root().render(), encoding="utf-8")
    return path.as_uri()
