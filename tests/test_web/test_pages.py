"""Pages in a real browser: what they load, show and refuse, with hostile names all over them."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(
    "name",
    ["street/410100.html", "shipped/410100.html", "shipped/410200.html", "shipped/index.html"],
)
def test_page_from_disk_asks_no_network_and_has_no_error(on_disk, opened, name):
    page = opened((on_disk / name).as_uri()).ready()
    page.wait_for_timeout(200)
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert page.errors == []
    assert page.fired == []


def test_no_text_of_the_data_runs_in_any_sink(on_disk, opened):
    page = opened((on_disk / "street" / "410100.html").as_uri()).ready()
    for summary in page.locator("details summary").all():
        summary.click()
    rows = page.locator("button.station")
    assert rows.count() == 33
    for number in range(rows.count()):
        rows.nth(number).click()
        page.wait_for_selector(".popup")
    page.evaluate("yizhan.layers.stations.eachLayer((marker) => marker.openTooltip())")
    page.mouse.click(600, 400)
    page.wait_for_timeout(400)
    assert page.fired == []
    assert page.errors == []
    text = page.locator("main").inner_text()
    assert "<img src=x onerror=fired(1)>" in text
    assert "${fired(3)}" in text


def test_the_detector_of_attacks_can_fail(on_disk, opened, tmp_path):
    """The same page with one name put in as markup, as a careless page would."""
    shutil.copytree(on_disk / "street", tmp_path / "bad")
    path = tmp_path / "bad" / "410100.html"
    html = path.read_text(encoding="utf-8")
    path.write_text(html.replace("<main", "<img src=x onerror=fired(1)><main"), encoding="utf-8")
    page = opened(path.as_uri())
    page.wait_for_timeout(500)
    assert page.fired == [1]


def test_policy_of_the_service_blocks_an_injected_script(street_server, opened):
    page = opened(f"{street_server.url}/maps/410100").ready()
    policy = street_server.get("/maps/410100").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert len(re.findall(r"'sha256-", policy)) == 1
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "fired(99)";
            const image = document.createElement("img");
            image.setAttribute("onerror", "fired(98)");
            image.src = "x:";
            document.body.append(script, image);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.fired == []
    assert page.errors == []


@pytest.mark.parametrize("path", ["/", "/maps/", "/maps/410100", "/docs"])
def test_served_page_loads_only_from_us(street_server, opened, path):
    page = opened(street_server.url + path)
    page.wait_for_load_state("networkidle")
    assert all(url.startswith((street_server.url, "data:")) for url in page.requests)
    assert page.errors == []
    assert page.fired == []
    # Without an icon of its own a browser asks for one that is not there.
    icon = page.evaluate("(document.querySelector('link[rel~=icon]') || {}).href")
    assert street_server.get(icon.removeprefix(street_server.url)).status_code == 200


def test_api_documentation_works_offline(street_server, opened):
    page = opened(f"{street_server.url}/docs")
    page.wait_for_selector("#operations-nearest-nearest_api_v1_nearest_get")


@pytest.mark.parametrize("size", [pytest.param(DESKTOP, marks=pytest.mark.full), PHONE])
@pytest.mark.parametrize("path", ["/", "/maps/", "/maps/410100"])
def test_wcag_and_width(street_server, opened, path, size):
    page = opened(street_server.url + path, size)
    if path != "/":
        page.ready()
    report = Axe().run(page.page, options=WCAG)
    assert report.response["violations"] == [], report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_keyboard_reaches_a_station_and_comes_back(on_disk, opened):
    page = opened((on_disk / "shipped" / "410100.html").as_uri()).ready()
    page.locator("details summary").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("button.station")
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.querySelector('.station-name').textContent")
    page.keyboard.press("Enter")
    page.wait_for_selector(".popup")
    assert page.locator(".popup-name").inner_text() == name
    assert page.evaluate("document.activeElement.classList.contains('popup')")
    page.keyboard.press("Escape")
    assert (
        page.evaluate("document.activeElement.querySelector('.station-name')?.textContent") == name
    )


def test_the_list_holds_every_station_of_the_map(on_disk, opened, shipped):
    page = opened((on_disk / "shipped" / "410100.html").as_uri()).ready()
    assert page.evaluate("yizhan.layers.stations.stations.length") == len(shipped)
    for summary in page.locator("details summary").all():
        summary.click()
    assert page.locator("button.station").count() == len(shipped)
    page.fill("#search", "嵩山医院")
    assert page.locator("button.station:visible").count() == 1
    assert "1" in page.locator("#search-status").inner_text()


def test_a_layer_is_switched_by_its_box(on_disk, opened):
    page = opened((on_disk / "shipped" / "410100.html").as_uri()).ready()
    assert page.locator("path.reach-500").count() == 1
    page.uncheck("input[data-layer=reach_500]")
    assert page.locator("path.reach-500").count() == 0
    page.uncheck("input[data-kind=sanitation_station]")
    shown = page.evaluate("Object.values(yizhan.layers.stations._layers).length")
    assert shown == 80


def test_pages_say_what_is_known_and_what_is_not(on_disk):
    zhengzhou = (on_disk / "shipped" / "410100.html").read_text(encoding="utf-8")
    assert "公布 639 个，其中已知 82 个" in zhengzhou
    assert "82 known of 639 published" in zhengzhou
    assert "没有已知站点" in zhengzhou
    kaifeng = (on_disk / "shipped" / "410200.html").read_text(encoding="utf-8")
    assert "尚无公布的站点名录" in kaifeng
    assert "字段词典" in kaifeng
    for page in (zhengzhou, kaifeng):
        assert "零工市场" in page
        assert "示意数据" not in page
        assert "天地图" in page
    street = (on_disk / "street" / "410100.html").read_text(encoding="utf-8")
    assert "示意数据，非真实站点" in street
    index = (on_disk / "shipped" / "index.html").read_text(encoding="utf-8")
    assert 'href="410100.html"' in index
    assert 'href="410300.html"' not in index
