"""The courier's page in a real browser: every way to give a position, filters, words, offline."""

import gzip
import re
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from geo.hours import SHANGHAI

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE = {"width": 360, "height": 740}
# What is said when the search is over.
SETTLED = re.compile(r"^(?!.*(正在|Searching|Checking|Locating)).+", re.DOTALL)
HERE = "113.6802, 34.7750"
# A Wednesday that is an ordinary workday, at noon in China.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def visit(browser, street_server):
    """Opens the page as a visitor: language, clock, permission and position can be chosen."""
    contexts = []

    def open_page(
        path="/", *, server=street_server, at=NOON, position=None, granted=True, without=(), **kind
    ):
        given = {"viewport": PHONE, "locale": "zh-CN", **kind}
        if position:
            lon, lat, accuracy = position
            given["geolocation"] = {"longitude": lon, "latitude": lat, "accuracy": accuracy}
        context = browser.new_context(**given)
        context.grant_permissions(["geolocation"] if position and granted else [])
        context.set_default_timeout(10_000)
        for pattern in without:
            context.route(pattern, lambda route: route.abort())
        contexts.append(context)
        page = context.new_page()
        page.seen = []
        page.errors = []
        page.fired = []
        page.expose_function("fired", lambda number: page.fired.append(number))  # noqa: PLW0108 (Playwright marks the handler)
        page.on("request", lambda request: page.seen.append(request))  # noqa: PLW0108
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        if at:
            page.clock.set_fixed_time(at)
        page.goto(server.url + path)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()


def typed(page, text, *, datum=None):
    page.fill("#find", text)
    page.wait_for_selector("#found li")
    if datum:
        page.select_option("#datum", datum)
        page.wait_for_timeout(100)


def choose(page, nth=0):
    page.locator("#found button").nth(nth).click()
    settled(page)


def settled(page):
    """Until the answer is proven: the words for "still looking" are gone."""
    expect(page.locator("#status")).to_have_text(SETTLED)


def names(page):
    return page.locator("#answers h2").all_inner_texts()


def test_a_typed_position_finds_what_the_service_finds(visit, street_server):
    page = visit()
    typed(page, HERE)
    choose(page)
    answer = street_server.get("/api/v1/nearest?lon=113.6802&lat=34.775&k=10").json()
    assert names(page) == [each["properties"]["name"].strip() for each in answer["features"]]
    first = page.locator("#answers li.card").first.inner_text()
    assert "设施未知" in first
    assert "开放时间未知" in first
    assert "步行 1 分钟" in first
    assert page.errors == []


def test_nothing_finer_than_a_cell_is_asked_for(visit):
    page = visit(position=(113.68021, 34.77503, 20))
    page.click("#locate")
    settled(page)
    typed(page, "113.66213，34.78377")
    choose(page)
    page.locator(".card summary").first.click()
    page.wait_for_timeout(300)
    finer = re.compile(r"11[34]\.\d{2}|34\.\d{2}|1136|3477")
    asked = [request.url.partition("//")[2].partition("/")[2] for request in page.seen]
    assert len(asked) > 10
    assert [path for path in asked if finer.search(path)] == []
    assert [request.post_data for request in page.seen if request.post_data] == []
    assert "113." not in page.url
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("113.68，34.775", 1),
        ("１１３．６８，３４．７７５", 1),
        ("34.775 113.68", 1),
        ("东经113.68 北纬34.775", 1),
        ("10, 20", 2),
        ("80,45", 1),
    ],
)
def test_positions_are_read_as_people_write_them(visit, text, meant):
    page = visit()
    typed(page, text)
    assert page.locator("#found button").count() == meant
    assert ("两种写法" in page.locator("#found").inner_text()) == (meant == 2)


@pytest.mark.parametrize("text", ["113.68", "200, 34", "甲乙丙丁没有", "1e5,3"])
def test_what_is_no_position_and_no_place_is_said_to_be_none(visit, text):
    page = visit()
    typed(page, text)
    assert page.locator("#found").inner_text() == "没有找到这个地名或站名"


def test_the_datum_moves_the_start(visit, street_server):
    page = visit()
    typed(page, HERE, datum="gcj02")
    choose(page)
    path = "/api/v1/nearest?lon=113.6802&lat=34.775&k=10&datum=gcj02"
    expected = street_server.get(path).json()["features"]
    assert names(page) == [each["properties"]["name"].strip() for each in expected]
    wgs84 = street_server.get("/api/v1/nearest?lon=113.6802&lat=34.775&k=10").json()["features"]
    assert names(page) != [each["properties"]["name"].strip() for each in wgs84]


def test_the_phones_position_is_used_and_its_error_told(visit):
    page = visit(position=(113.6802, 34.775, 35))
    page.click("#locate")
    settled(page)
    assert "误差约 40 米" in page.locator("#origin").inner_text()
    assert names(page)[0] == "乙站（设施未知）"


def test_a_poor_position_is_called_poor(visit):
    page = visit(position=(113.6802, 34.775, 1500))
    page.click("#locate")
    settled(page)
    assert "排序可能不准" in page.locator("#status").inner_text()


def test_without_permission_other_ways_are_named(visit):
    page = visit()
    page.click("#locate")
    page.wait_for_selector("#status.error")
    assert "没有定位权限" in page.locator("#status").inner_text()


def test_a_district_can_be_picked(visit):
    page = visit()
    page.click("#pick summary")
    page.wait_for_selector("#city option", state="attached")
    page.select_option("#city", "410100")
    expect(page.locator("#district option").nth(3)).to_be_attached()
    page.select_option("#district", label="金水区")
    settled(page)
    assert "金水区中心" in page.locator("#origin").inner_text()
    assert len(names(page)) == 10


@pytest.mark.parametrize("text", ["金水", "丙站"])
def test_names_of_places_and_stations_are_found(visit, text):
    page = visit()
    typed(page, text)
    assert text in page.locator("#found").inner_text()
    choose(page)
    assert len(names(page)) == 10


def test_a_tap_on_the_map_is_a_start(visit):
    page = visit(viewport={"width": 1200, "height": 800})
    page.wait_for_selector("#map canvas")
    page.wait_for_timeout(300)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)
    assert "地图上的点" in page.locator("#origin").inner_text()
    assert page.locator("#map .pin").count() == len(names(page)) == 10


def test_a_mark_on_the_map_selects_its_card(visit):
    page = visit("/#at=113.68,34.78", viewport={"width": 1200, "height": 800})
    settled(page)
    page.wait_for_selector("#map .pin")
    page.wait_for_timeout(200)
    box = page.locator("#map .pin").nth(2).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator(".card.selected h2").inner_text() == names(page)[2]


def test_filters_act_together_and_stand_in_the_address(visit, street_server):
    page = visit()
    typed(page, HERE)
    choose(page)
    page.locator("#common label", has_text="热水").click()
    page.locator("label", has_text="现在开放").click()
    settled(page)
    assert "facility=hot_water" in page.url
    assert "open=now" in page.url
    path = "/api/v1/nearest?lon=113.6802&lat=34.775&k=10&facility=hot_water&within_m=50000&open="
    expected = street_server.get(path + "2026-11-25T12:00:00%2B08:00").json()["features"]
    assert names(page) == [each["properties"]["name"].strip() for each in expected]
    again = visit(page.url.replace(street_server.url, "") + "#at=113.68,34.78")
    settled(again)
    assert again.locator("#open-now").is_checked()
    assert again.locator("[value=hot_water]").is_checked()
    assert "丁站（无热水）" not in names(again)


def test_the_back_button_undoes_a_filter(visit):
    page = visit()
    page.locator("#common label", has_text="热水").click()
    assert "hot_water" in page.url
    page.go_back()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert "hot_water" not in page.url
    assert not page.locator("[value=hot_water]").is_checked()


@pytest.mark.parametrize(
    ("at", "station", "words"),
    [
        (datetime(2026, 11, 25, 21, 42, tzinfo=SHANGHAI), "甲站", "营业中 · 18 分钟后关门"),
        (datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI), "甲站", "营业中 · 22:00 关门"),
        (datetime(2026, 11, 25, 23, 0, tzinfo=SHANGHAI), "甲站", "未开门 · 明天 07:00 开门"),
        (datetime(2026, 11, 25, 6, 0, tzinfo=SHANGHAI), "甲站", "未开门 · 07:00 开门"),
        (datetime(2026, 11, 25, 23, 0, tzinfo=SHANGHAI), "丙站", "营业中 · 全天"),
    ],
)
def test_the_state_is_told_in_words_on_any_phone(visit, at, station, words):
    page = visit("/#at=113.683,34.775", at=at, timezone_id="America/Los_Angeles")
    settled(page)
    card = page.locator(".card", has=page.locator("bdi", has_text=station)).first
    assert card.locator(".state").inner_text() == words


def test_a_holiday_says_when_it_opens_again(visit, tmp_path, start_server, root):
    stations = tmp_path / "stations"
    stations.mkdir()
    folder = root / "tests" / "fixtures" / "catalogues" / "street"
    text = (folder / "street.csv").read_text(encoding="utf-8")
    text = text.replace("07:00-22:00", "周一至周五 08:30-17:30")
    (stations / "street.csv").write_text(text, encoding="utf-8")
    (stations / "catalog.toml").write_text((folder / "catalog.toml").read_text(encoding="utf-8"))
    server = start_server(stations)
    eve = datetime(2026, 10, 1, 10, 0, tzinfo=SHANGHAI)
    page = visit("/#at=113.68,34.78", server=server, at=eve)
    settled(page)
    card = page.locator(".card", has=page.locator("bdi", has_text="甲站")).first
    opens = datetime.fromisoformat(
        server.get(
            "/api/v1/nearest?lon=113.681&lat=34.775&k=1&open=2026-10-01T10:00:00%2B08:00"
        ).json()["features"][0]["properties"]["opening"]["opens_at"]
        or (eve + timedelta(days=7)).isoformat()
    )
    assert re.fullmatch(
        r"未开门 · 节后 10 月 \d+ 日 08:30 开门 · .*放假", card.locator(".state").inner_text()
    )
    assert opens > eve


def test_markets_come_by_their_opening_at_dawn(visit):
    page = visit("/?tab=markets#at=113.68,34.78", at=datetime(2026, 11, 25, 3, tzinfo=SHANGHAI))
    settled(page)
    assert names(page) == ["辛零工市场"]
    assert page.locator(".card .state").inner_text() == "未开门 · 04:00 开市"
    expect(page.locator(".card")).to_contain_text("最近的驿站：乙站（设施未知）（320 米）")
    other = visit("/#at=113.6805,34.775")
    settled(other)
    expect(other.locator(".card .neighbour").first).to_contain_text("最近的零工市场：辛零工市场")


def test_no_published_markets_is_said_to_be_unknown(visit, shipped_server):
    page = visit("/?tab=markets#at=113.66,34.75", server=shipped_server)
    settled(page)
    assert names(page) == []
    assert "还没有公布的零工市场名录" in page.locator("#status").inner_text()
    assert "不等于没有市场" in page.locator("#status").inner_text()


def test_how_complete_the_list_is_stands_with_every_answer(visit, shipped_server):
    page = visit("/#at=113.66,34.75", server=shipped_server)
    settled(page)
    assert "公布 639 个，其中已知 82 个" in page.locator("#status").inner_text()
    elsewhere = visit("/#at=114.30,34.80", server=shipped_server)
    settled(elsewhere)
    assert "还没有公布的名录" in elsewhere.locator("#status").inner_text()


def test_go_leads_to_five_apps_in_their_datums(visit, street_server):
    page = visit("/#at=113.68,34.78")
    settled(page)
    card = page.locator(".card", has=page.locator("bdi", has_text="甲站")).first
    card.locator(".go summary").click()
    card.locator(".choices a").first.wait_for()
    links = {a.inner_text(): a.get_attribute("href") for a in card.locator(".choices a").all()}
    properties = street_server.get("/api/v1/stations/410105-0001").json()["properties"]
    expected = properties["links"]
    assert links["高德"] == expected["amap"]
    assert links["百度"] == expected["baidu"]
    assert links["腾讯"] == expected["tencent"]
    assert links["Apple"] == expected["apple"]
    assert links["其他地图"].startswith("geo:34.775,113.681")


def test_a_report_is_taken_for_the_office(visit):
    page = visit("/#at=113.68,34.78")
    settled(page)
    page.locator(".report summary").first.click()
    page.locator(".report .choices button").first.click()
    expect(page.locator("#status")).to_have_text("已收到，待核实")


def test_a_shared_link_carries_a_rough_position_behind_the_fragment(visit):
    page = visit()
    typed(page, "113.66213, 34.78377")
    choose(page)
    page.click("#share")
    page.wait_for_url("**#at=113.66,34.78")


def test_it_opens_and_answers_without_a_network(visit):
    page = visit(position=(113.6802, 34.775, 20))
    page.click("#locate")
    settled(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    online = names(page)
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.clock.set_fixed_time(NOON + timedelta(hours=3))
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.click("#locate")
    settled(page)
    assert names(page) == online
    assert "离线：数据取于3 小时前" in page.locator("#status").inner_text()
    page.context.set_offline(False)


def test_without_network_and_without_data_it_says_so(visit):
    page = visit()
    typed(page, HERE)
    page.context.set_offline(True)
    page.locator("#found button").first.click()
    page.wait_for_selector("#status.error")
    assert "连不上服务" in page.locator("#status").inner_text()


def test_a_script_that_could_not_come_is_said_and_asked_for_again(visit):
    page = visit(without=["**/finder.js", "**/actions.js"], service_workers="block")
    page.fill("#find", HERE)
    page.wait_for_selector("#status.error")
    assert "连不上服务" in page.locator("#status").inner_text()
    page.context.unroute("**/finder.js")
    typed(page, HERE + "1")
    choose(page)
    go = page.locator("#answers .go").first
    go.locator("summary").click()
    page.wait_for_selector("#status.error")
    page.context.unroute("**/actions.js")
    go.locator("summary").click()
    expect(go.locator("a").first).to_be_visible()
    assert len(names(page)) == 10
    assert page.errors == []


def test_english_by_the_address_and_by_the_browser(visit):
    for page in (visit("/?lang=en#at=113.68,34.78"), visit("/#at=113.68,34.78", locale="en-GB")):
        settled(page)
        assert page.locator("#locate").inner_text() == "Use my position"
        card = page.locator(".card").first.inner_text()
        assert re.search(r"on foot \d+ min", card)
        assert "Hot water" in page.locator("#filters").inner_text()
        assert page.errors == []


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (320, "light"),
        (1280, "dark"),
        *(
            pytest.param(width, scheme, marks=pytest.mark.full)
            for width in (320, 360, 768, 1280, 1920)
            for scheme in ("light", "dark")
            if (width, scheme) not in {(320, "light"), (1280, "dark")}
        ),
    ],
)
def test_wcag_and_no_sideways_scrolling_at_any_width(visit, width, scheme):
    page = visit("/#at=113.68,34.78", viewport={"width": width, "height": 800}, color_scheme=scheme)
    settled(page)
    page.wait_for_selector("#map .pin")
    page.locator(".go summary").first.click()
    page.locator("#further summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_alone_finds_and_goes(visit):
    page = visit()
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "find":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("113.68,34.775")
    page.wait_for_selector("#found button")
    page.keyboard.press("Enter")
    settled(page)
    assert len(names(page)) == 10
    page.locator(".card .go summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".card .choices a").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href").startswith("https://uri.amap.com/")


def test_no_text_of_the_data_runs_on_the_page(visit, street_server):
    page = visit("/#at=113.67,34.79")
    settled(page)
    for _ in range(3):
        if page.locator("#more").is_visible():
            page.click("#more")
            settled(page)
    text = page.locator("#answers").inner_text()
    assert "<img src=x onerror=fired(1)>" in text
    assert "${fired(3)}" in text
    page.wait_for_selector("#map .pin")
    typed(page, "fired")
    page.wait_for_timeout(300)
    assert page.fired == []
    assert page.errors == []
    for station in ("410105-0100", "410105-0101", "410105-0109", "410105-0122"):
        page.goto(f"{street_server.url}/s/{station}/")
        page.wait_for_timeout(100)
    page.goto(f"{street_server.url}/city/410100/")
    page.wait_for_timeout(100)
    assert page.fired == []
    assert page.errors == []


def test_it_is_small_and_the_list_comes_before_the_map(visit, shipped_server):
    page = visit("/#at=113.66,34.75", server=shipped_server, at=None)
    settled(page)
    page.wait_for_selector("#map canvas")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        """() => {
            const answered = performance.getEntriesByName("answered")[0].startTime;
            const entries = performance.getEntriesByType("resource").concat(
                performance.getEntriesByType("navigation"));
            return entries.map((e) => [e.name, e.responseEnd <= answered]);
        }"""
    )
    sizes = {}
    for url, _ in loaded:
        answer = shipped_server.get(url.replace(shipped_server.url, "").partition("#")[0])
        sizes[url] = len(gzip.compress(answer.content, 6, mtime=0))
    before = sum(sizes[url] for url, early in loaded if early)
    assert before <= 20_000, {url: sizes[url] for url, early in loaded if early}
    assert sum(sizes.values()) <= 60_000
    assert not any("map.js" in url for url, early in loaded if early)
    assert all(url.startswith(shipped_server.url) for url, _ in loaded)


def test_a_station_page_says_what_is_known_and_prints_a_poster(visit, street_server):
    page = visit("/#at=113.68,34.78")
    page.goto(f"{street_server.url}/s/410105-0001/")
    assert page.locator("#state").inner_text() == "营业中 · 22:00 关门"
    assert "没有到场核实的日期" in page.locator("dl").inner_text()
    assert not page.locator(".poster").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".poster svg").is_visible()
    assert "示意数据" in page.locator(".poster").inner_text()
    assert f"{street_server.url}/s/410105-0001/" in page.locator(".poster").inner_text()
    assert not page.locator("article").is_visible()


@pytest.mark.parametrize("path", ["/city/", "/city/410100/", "/s/410105-0001/"])
@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.full)])
def test_pages_without_script_are_whole(visit, street_server, path, width):
    page = visit(viewport={"width": width, "height": 800})
    page.goto(street_server.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_the_list_of_a_city_needs_no_script(browser, street_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(street_server.url)
    page.locator("noscript a").first.click()
    page.locator("main a", has_text="郑州市").click()
    assert "丙站" in page.locator("main").inner_text()
    assert "暂停" in page.locator("li", has_text="戊站").inner_text()
    context.close()
