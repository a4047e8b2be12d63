"""The courier's page where it is hard: a slow network, and a nation of stations."""

import re

import pytest
from playwright.sync_api import expect

from geo.places import load_places
from geo.synth import write_catalogue

PROVEN = re.compile(r"^\d+ 个站点")
# A poor mobile network: 400 ms there and back, 400 kbit/s.
POOR = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
TIMES = """() => {
    const answered = performance.getEntriesByName("answered")[0].startTime;
    const entries = performance.getEntriesByType("navigation").concat(
        performance.getEntriesByType("resource"));
    return [answered, entries.filter((e) => e.responseEnd <= answered && !e.name.includes("icon"))
        .map((e) => [e.name, e.startTime, e.responseEnd])];
}"""


@pytest.fixture(scope="module")
def nation_server(start_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nation")
    places = load_places()
    write_catalogue(
        folder / "nation.csv",
        places,
        provinces=[province.adcode for province in places.provinces],
        stations=186_100,
        seed=1,
    )
    return start_server(folder)


def _visit(browser, server, context=None):
    context = context or browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", POOR)
    page.goto(f"{server.url}/#at=113.66,34.75")
    page.wait_for_selector(".card")
    answered_ms, entries = page.evaluate(TIMES)
    return context, page, answered_ms, entries


def _chain(entries):
    """How many requests had to wait for each other."""
    depth = {}
    for name, start, _end in sorted(entries, key=lambda entry: entry[1]):
        before = [depth[n] for n, _, end in entries if n in depth and end <= start]
        depth[name] = 1 + max(before, default=0)
    return max(depth.values())


@pytest.mark.full
def test_the_first_answer_waits_for_three_requests_and_three_seconds(browser, nation_server):
    context, page, answered_ms, entries = _visit(browser, nation_server)
    assert _chain(entries) <= 3, entries
    assert answered_ms <= 3_000
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(4_000)
    page.close()
    _, _, answered_ms, _ = _visit(browser, nation_server, context)
    assert answered_ms <= 1_000
    context.close()


@pytest.mark.full
def test_a_nation_of_stations_is_searched_like_a_town(browser, nation_server):
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    for lon, lat in ((113.66, 34.75), (116.40, 39.90), (87.62, 43.82), (121.47, 31.23)):
        page.goto("about:blank")
        page.goto(f"{nation_server.url}/#at={lon},{lat}")
        expect(page.locator("#status")).to_have_text(PROVEN, timeout=30_000)
        query = f"/api/v1/nearest?lon={lon}&lat={lat}&k=10"
        expected = [f["properties"]["name"] for f in nation_server.get(query).json()["features"]]
        assert page.locator("#answers h2").all_inner_texts() == expected
    context.close()
