"""Embeds in pages of other origins: two ports of loopback are two origins."""

import http.server
import threading
import time
import xml.etree.ElementTree as ET
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/86.0.4240.99 Mobile Safari/537.36 MicroMessenger/8.0.30 WeChat/arm64"
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class _Parent(http.server.BaseHTTPRequestHandler):
    """Sends one page under one policy."""

    def __init__(self, pages, *args):
        self.pages = pages
        super().__init__(*args)

    def do_GET(self):
        html, policy = self.pages.get(self.path, ("", None))
        self.send_response(200 if html else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_args):
        pass


@pytest.fixture
def parent():
    """A site of another origin; its pages are put into the dictionary that it gives."""
    pages = {}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Parent, pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", pages
    server.shutdown()
    server.server_close()


@pytest.fixture
def look(browser):
    """Opens a page that counts errors; a position may be granted."""
    contexts = []

    def opened(url, **kind):
        given = {"locale": "zh-CN", "viewport": {"width": 900, "height": 800}, **kind}
        context = browser.new_context(**given)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.fired = []
        page.expose_function("fired", lambda number: page.fired.append(number))  # noqa: PLW0108
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


def framed(page):
    return page.frame_locator("iframe")


def test_a_bare_frame_needs_frame_src_alone(look, parent, street_server):
    address, pages = parent
    url = street_server.url
    line = f'<iframe src="{url}/embed/410100/" width="400" height="600" allow="geolocation">'
    pages["/"] = (f"<!doctype html>{line}</iframe>", f"default-src 'none'; frame-src {url}")
    position = {"longitude": 113.6802, "latitude": 34.775, "accuracy": 20}
    page = look(address, geolocation=position, permissions=["geolocation"])
    frame = framed(page)
    expect(frame.locator(".card").first).to_be_visible()
    expect(frame.locator("#origin")).to_contain_text("郑州市中心")
    frame.locator("#locate").click()
    expect(frame.locator("#origin")).to_contain_text("我的位置")
    expect(frame.locator(".card h2").first).to_have_text("乙站（设施未知）")
    expect(frame.locator("#map canvas")).to_be_visible()
    assert page.errors == []


def test_without_the_parents_leave_there_is_no_position(look, parent, street_server):
    address, pages = parent
    pages["/"] = (f'<iframe src="{street_server.url}/embed/410100/"></iframe>', None)
    position = {"longitude": 113.6802, "latitude": 34.775}
    frame = framed(look(address, geolocation=position, permissions=["geolocation"]))
    expect(frame.locator(".card").first).to_be_visible()
    frame.locator("#locate").click()
    expect(frame.locator("#status")).to_contain_text("可以输入坐标")


def test_in_a_sandbox_it_works_with_what_is_typed_and_says_so(look, parent, street_server):
    address, pages = parent
    frame = f'<iframe src="{street_server.url}/embed/410100/" sandbox="allow-scripts"></iframe>'
    pages["/"] = (frame, None)
    page = look(address)
    inside = framed(page)
    expect(inside.locator(".card").first).to_be_visible()
    inside.locator("#locate").click()
    expect(inside.locator("#status")).to_contain_text("嵌入此页的网站不许定位")
    inside.locator("#find").fill("113.6802,34.775")
    inside.locator("#found button").first.click()
    expect(inside.locator(".card h2").first).to_have_text("乙站（设施未知）")
    inside.locator("label", has_text="热水").first.click()
    expect(inside.locator(".card h2").first).to_have_text("甲站")
    assert page.errors == []


def told_height(page):
    return int(page.locator("iframe").get_attribute("height"))


def shown_height(page):
    return framed(page).locator("body").bounding_box()["height"]


COMPONENT = """<!doctype html><title>p</title>
<script src="{url}/embed.js"></script>
<yizhan-map city="410100" theme="dark" kind="all"></yizhan-map>"""


def test_the_component_works_under_the_policy_of_the_documents(look, parent, street_server, root):
    address, pages = parent
    url = street_server.url
    text = (root / "docs" / "embedding.md").read_text(encoding="utf-8")
    assert "script-src https://驿站网址; frame-src https://驿站网址" in text
    policy = f"default-src 'none'; script-src {url}; frame-src {url}"
    pages["/"] = (COMPONENT.format(url=url), policy)
    page = look(address)
    expect(framed(page).locator(".card").first).to_be_visible()
    expect(framed(page).locator("html")).to_have_attribute("data-theme", "dark")
    # The frame is as tall as what it shows.
    until = time.monotonic() + 10
    while abs(told_height(page) - shown_height(page)) > 2 and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert told_height(page) == pytest.approx(shown_height(page), abs=2)
    assert told_height(page) != 640
    assert page.errors == []


def test_forged_heights_are_not_believed(look, parent, street_server):
    address, pages = parent
    pages["/"] = (COMPONENT.format(url=street_server.url), None)
    page = look(address)
    expect(page.locator("iframe")).not_to_have_attribute("height", "640")
    page.evaluate("postMessage({ yizhan: 'height', height: 7777 }, '*')")
    page.wait_for_timeout(300)
    assert page.locator("iframe").get_attribute("height") != "7777"


def test_only_those_who_may_embed_can(look, parent, start_server, root, monkeypatch):
    monkeypatch.setenv("YIZHAN_EMBED_PARENTS", "https://union.example")
    server = start_server(root / "tests" / "fixtures" / "catalogues" / "street")
    address, pages = parent
    pages["/"] = (f'<iframe src="{server.url}/embed/410100/"></iframe>', None)
    page = look(address)
    page.wait_for_timeout(800)
    assert framed(page).locator(".card").count() == 0
    policy = server.get("/embed/410100/").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://union.example")
    coverage = server.get("/coverage/410100").headers["content-security-policy"]
    assert coverage.endswith("frame-ancestors https://union.example")
    for path in ("/", "/maps/410100", "/city/410100/", "/embed/"):
        assert "frame-ancestors 'none'" in server.get(path).headers["content-security-policy"]


def test_the_coverage_map_embeds_the_same_way(look, parent, street_server):
    address, pages = parent
    url = street_server.url
    frame = f'<iframe src="{url}/coverage/410100" width="600" height="500"></iframe>'
    pages["/"] = (frame, f"default-src 'none'; frame-src {url}")
    page = look(address)
    expect(framed(page).locator("html[data-ready]")).to_be_attached()
    assert page.errors == []
    with page.context.expect_page() as opened:
        framed(page).get_by_role("link", name="全部城市").click()
    expect(opened.value.locator("#cities")).to_be_visible()


def test_hostile_names_run_in_no_frame(look, parent, street_server):
    address, pages = parent
    pages["/"] = (COMPONENT.format(url=street_server.url), None)
    page = look(address)
    inside = framed(page)
    expect(inside.locator(".card").first).to_be_visible()
    inside.locator("#find").fill("113.67,34.79")
    inside.locator("#found button").first.click()
    expect(inside.locator("#answers")).to_contain_text("fired(")
    page.wait_for_timeout(300)
    assert page.fired == []


def test_in_wechats_browser_without_a_service_worker(look, street_server):
    page = look(f"{street_server.url}/#at=113.68,34.78", user_agent=WECHAT, service_workers="block")
    expect(page.locator("#status")).to_contain_text("10 个站点")
    # The field's script and what it imports come after the map.
    page.wait_for_function(
        """() => ["finder", "position", "datum"].every((name) => performance
            .getEntriesByType("resource").some((each) => each.name.endsWith(`${name}.js`)))"""
    )
    page.context.set_offline(True)
    page.locator("#find").fill("113.9,34.9")
    page.locator("#found button").first.click()
    expect(page.locator("#origin")).to_contain_text("输入的坐标")
    expect(page.locator(".card").first).to_contain_text("公里")
    page.context.set_offline(False)
    assert page.errors == []


def test_the_file_that_wechat_asks_for(start_server, root, monkeypatch):
    monkeypatch.setenv("YIZHAN_WECHAT_VERIFICATION", "MP_verify_abc.txt:0123456789")
    server = start_server(root / "tests" / "fixtures" / "catalogues" / "street")
    assert server.get("/MP_verify_abc.txt").text == "0123456789"
    assert server.get("/MP_verify_other.txt").status_code == 404


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.full)])
@pytest.mark.parametrize("path", ["/embed/410100/?theme=dark", "/embed/410100/", "/embed/"])
def test_wcag_and_width(look, street_server, path, width):
    page = look(street_server.url + path, viewport={"width": width, "height": 800})
    page.wait_for_timeout(600)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_the_builders_lines_work(look, parent, street_server):
    page = look(f"{street_server.url}/embed/")
    page.select_option("#e-city", "410100")
    page.select_option("#e-theme", "light")
    frame, component = (page.locator(f"#e-{name}").input_value() for name in ("frame", "component"))
    assert "theme=light" in frame
    expect(page.frame_locator("#e-preview").locator(".card").first).to_be_visible()
    address, pages = parent
    pages["/"], pages["/c"] = (frame, None), (component, None)
    for path in ("/", "/c"):
        expect(framed(look(address + path)).locator(".card").first).to_be_visible()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2", "bbox"),
        ("bbox=113,34,999,35", "lon"),
        ("kind=castle", "kind"),
        ("facility=jacuzzi", "facility"),
        ("theme=pink", "theme"),
        ("datum=mars", "datum"),
        ("height=9", "height"),
        ("colour=red", "colour"),
    ],
)
def test_what_an_embed_cannot_do_is_said(street_server, query, parameter):
    answer = street_server.get(f"/embed/410100/?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_oembed_in_both_formats(street_server):
    url = street_server.url
    page = f"{url}/embed/410100/?theme=dark"
    answer = street_server.get("/oembed", params={"url": page, "maxwidth": 300})
    told = answer.json()
    assert answer.headers["content-type"].startswith("application/json")
    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 300)
    assert f'src="{url}/embed/410100/?theme=dark"' in told["html"]
    xml = street_server.get("/oembed", params={"url": page, "format": "xml", "maxwidth": 300})
    tree = ET.fromstring(xml.content)
    assert tree.tag == "oembed"
    assert {each.tag: each.text for each in tree} == {k: str(v) for k, v in told.items()}
    picture = street_server.get(told["thumbnail_url"].removeprefix(url))
    assert picture.content.startswith(b"\x89PNG")
    assert street_server.get("/oembed", params={"url": page, "format": "yaml"}).status_code == 501
    for other in ("https://elsewhere.example/embed/410100/", f"{url}/docs", "", "javascript:1"):
        assert street_server.get("/oembed", params={"url": other}).status_code == 404
    assert street_server.get("/oembed", params={"url": page, "maxwidth": "x"}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/maps/410100", "/city/410100/", "/embed/410100/"])
def test_every_map_page_leads_to_its_oembed(street_server, path):
    answer = street_server.get(path)
    links = answer.headers["link"]
    assert 'type="application/json+oembed"' in links
    assert 'type="text/xml+oembed"' in links
    target = links.partition(">")[0].removeprefix("<")
    told = street_server.get(target.removeprefix(street_server.url)).json()
    assert "/embed/410100/" in told["html"]
