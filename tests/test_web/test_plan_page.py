"""Planners' pages in a real browser: map and tables as one, by pointer, keyboard and on paper."""

import functools
import http.server
import threading
import unicodedata
from dataclasses import fields, is_dataclass, replace
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from geo.text import Text
from maps import assets
from maps.plan import FileLink, render_plan, render_ranking

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1440, "height": 900}
PROJECTOR = {"width": 1920, "height": 1080}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = "<img src=x onerror=fired(70)>${fired(71)}`</script><script>fired(72)</script>"
PAGES = ("partial", "none", "province")
DISTRICTS = "[data-table=districts]"
SITES = "[data-table=sites]"
GAPS = "[data-table=gaps]"


@pytest.fixture(scope="module")
def pages(places, street, sample_plan, tmp_path_factory):
    """Made-up plans as files: one of each kind, and one whose every text is an attack."""
    folder = tmp_path_factory.mktemp("plans")
    assets.write(folder)
    files = [FileLink("report.pdf", Text("报告", "Report"))]
    plans = {
        "partial": sample_plan(),
        "complete": sample_plan(state="complete", compared=False),
        "none": sample_plan("410200", state="none"),
        "hostile": hostile(sample_plan()),
    }
    for name, plan in plans.items():
        page = render_plan(plan, places, street, files=files, ranking="province.html")
        (folder / f"{name}.html").write_text(page.html, encoding="utf-8")
    states = ("none", "partial", "complete", "unstated")
    cities = [
        sample_plan(city.adcode, state=states[nth % 4])
        for nth, city in enumerate(places.cities_of("410000"))
    ]
    links = {"410200": "partial.html"}
    page = render_ranking(cities, places, street, pages=links, files=files)
    (folder / "province.html").write_text(page.html, encoding="utf-8")
    return folder


def hostile(value):
    """The same plan with an attack in every text, but for the words that are codes."""
    if isinstance(value, Text):
        return Text(*(HOSTILE + each for each in value))
    if is_dataclass(value):
        kept = {"code", "standard", "adcode", "parent", "level", "group", "model", "mode", "unit"}
        kept |= {"gain_unit", "list_state", "demand_basis", "district", "land", "worst", "place"}
        kept |= {"districts"} if hasattr(value, "made_at") else set()
        changed = {
            each.name: hostile(getattr(value, each.name))
            for each in fields(value)
            if each.init and each.name not in kept and "lens" not in each.name
        }
        return replace(value, **changed)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [hostile(each) for each in value]
    return HOSTILE + value if isinstance(value, str) else value


@pytest.fixture
def plan(pages, opened):
    return opened((pages / "partial.html").as_uri(), DESKTOP).ready()


def violations(page):
    page.wait_for_timeout(100)
    report = Axe().run(page.page, options={"runOnly": RULES})
    return [
        (found["id"], node["target"], node["any"][:1])
        for found in report.response["violations"]
        for node in found["nodes"]
    ]


def rows(page, table):
    return page.locator(f"{table} tbody tr")


def marks(page, kind):
    return page.locator(f".leaflet-marks-pane .mark.{kind}")


def choose(page, table, nth):
    row = rows(page, table).nth(nth)
    row.locator(".row-name").click()
    return row


def is_chosen(row):
    pressed = row.locator(".row-name").get_attribute("aria-pressed")
    assert (pressed == "true") == ("chosen" in (row.get_attribute("class") or ""))
    return pressed == "true"


@pytest.mark.parametrize("name", ["partial", "complete", "none", "hostile", "province"])
def test_from_disk_it_asks_no_network_and_has_no_error(pages, opened, name):
    page = opened((pages / f"{name}.html").as_uri()).ready()
    page.wait_for_timeout(200)
    assert [url for url in page.requests if not url.startswith("file:")] == []
    assert page.errors == []
    assert page.fired == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP, PROJECTOR])
@pytest.mark.parametrize("name", PAGES)
def test_width_and_wcag(pages, opened, name, size):
    page = opened((pages / f"{name}.html").as_uri(), size).ready()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    # With everything unfolded the plan itself is checked below.
    if name != "partial" and size == DESKTOP:
        assert violations(page) == []


@pytest.mark.parametrize("size", [pytest.param(PHONE, marks=pytest.mark.full), DESKTOP])
def test_wcag_with_a_gap_chosen_and_everything_unfolded(pages, opened, size):
    page = opened((pages / "partial.html").as_uri(), size).ready()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    choose(page, GAPS, 2)
    page.wait_for_selector("#chosen:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert violations(page) == []


def test_the_slider_changes_map_sentence_and_table(plan):
    assert rows(plan, SITES).count() == marks(plan, "site").count() == 5
    plan.focus("#next-count")
    for _ in range(3):
        plan.keyboard.press("ArrowLeft")
    assert plan.locator("#next-output").inner_text() == "2"
    assert "依次建设前 2 处，多服务 13,500–18,000 人" in plan.locator("#next-says").inner_text()
    assert rows(plan, SITES).count() == marks(plan, "site").count() == 2
    assert plan.locator("path.site-area").count() == 2
    assert plan.locator("#next-curve .current").count() == 2
    assert plan.get_attribute("#next-count", "aria-valuetext").startswith("2")


def test_the_switch_shows_the_optimum_with_its_bound(plan):
    plan.locator("#next-count").fill("3")
    plan.check("input[name=next-plan][value=optimum]")
    says = plan.locator("#next-says").inner_text()
    assert "3 处同时选定的最优方案" in says
    assert "至少为最优的 99.8 %" in says
    assert rows(plan, SITES).count() == 3


def test_a_column_sorts_both_ways_and_says_so(plan):
    def people():
        return [
            int(text.replace(",", ""))
            for text in plan.locator(f"{DISTRICTS} tbody td:nth-child(2)").all_inner_texts()
        ]

    head = plan.locator(f"{DISTRICTS} thead th").nth(1)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert people() == sorted(people(), reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert people() == sorted(people())
    assert plan.locator(f"{DISTRICTS} th[aria-sort]").count() == 1


def test_unknown_sorts_last_both_ways(pages, opened):
    page = opened((pages / "province.html").as_uri(), DESKTOP).ready()
    head = page.locator("[data-table=cities] thead th").nth(4)
    for _ in range(2):
        texts = page.locator("[data-table=cities] tbody td:nth-child(5)").all_inner_texts()
        unknown = ["未知" in text for text in texts]
        assert unknown == sorted(unknown)
        assert 0 < sum(unknown) < len(unknown)
        head.locator("button").click()


def test_a_row_is_shown_on_the_map_and_cleared_again(plan):
    before = plan.evaluate("yizhan.layers.names._map.getBounds().toBBoxString()")
    row = choose(plan, DISTRICTS, 4)
    name = row.locator("bdi").first.inner_text()
    assert is_chosen(row)
    assert plan.locator("path.chosen-outline").count() == 1
    assert name in plan.locator("#chosen strong").inner_text()
    assert name in plan.locator("#chosen-says").inner_text()
    assert plan.evaluate("yizhan.layers.names._map.getBounds().toBBoxString()") != before
    row.locator(".row-name").click()
    assert not is_chosen(row)
    assert plan.locator("path.chosen-outline").count() == 0
    assert plan.locator("#chosen").is_hidden()


def test_one_thing_is_chosen_at_a_time(plan):
    district, gap = choose(plan, DISTRICTS, 1), choose(plan, GAPS, 3)
    assert not is_chosen(district)
    assert is_chosen(gap)
    assert plan.locator(".mark.gap.chosen:visible").inner_text() == "4"


def test_the_map_chooses_the_row(plan):
    plan.evaluate("yizhan.layers.names._map.setZoom(9, { animate: false })")
    plan.locator(".leaflet-marks-pane .mark.gap:visible").last.click()
    number = plan.locator(".mark.gap.chosen").inner_text()
    chosen = plan.locator(f"{GAPS} tr.chosen .row-name")
    assert chosen.inner_text().split()[0] == number
    x, y, adcode = plan.evaluate(
        """() => {
            const [part] = yizhan.data("districts").parts.slice(-1);
            const map = yizhan.layers.names._map;
            const at = L.polygon(yizhan.polygons(part.polygons)).addTo(map).getCenter();
            map.setView(at, 12, { animate: false });
            const box = map.getContainer().getBoundingClientRect();
            return [box.x + box.width / 2 + 60, box.y + box.height / 2 + 60, part.id];
        }"""
    )
    plan.mouse.move(x, y)
    name = plan.evaluate(
        "(id) => yizhan.data('districts').parts.find((p) => p.id === id).name[0]", adcode
    )
    assert name in plan.locator(f"{DISTRICTS} tr.hovered").inner_text()
    plan.mouse.click(x, y)
    assert name in plan.locator(f"{DISTRICTS} tr.chosen").inner_text()
    assert plan.locator("tr.chosen").count() == 1


def test_a_row_under_the_pointer_is_outlined(plan):
    rows(plan, DISTRICTS).nth(2).hover()
    assert plan.locator("path.hovered-outline").count() == 1
    plan.mouse.move(5, 5)
    assert plan.locator("path.hovered-outline").count() == 0


def test_by_keyboard_alone(plan):
    """From the top of the page to a row, to the map's answer, and back."""
    reached = set()
    for _ in range(120):
        plan.keyboard.press("Tab")
        here = plan.evaluate(
            "(document.activeElement.closest('[data-table]')?.dataset.table || '')"
            " + ' ' + document.activeElement.className"
        )
        reached.add(here)
        if here == "districts row-name":
            break
    assert {"sites row-name", "sites sort", "districts sort", "districts row-name"} <= reached
    plan.keyboard.press("Enter")
    assert plan.locator(f"{DISTRICTS} tr.chosen").count() == 1
    assert plan.evaluate("document.activeElement.className") == "row-name"
    shadow = plan.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shadow == "solid"
    plan.focus("#chosen .back")
    plan.keyboard.press("Enter")
    assert plan.evaluate("document.activeElement.closest('tr').className").count("chosen") == 1
    plan.keyboard.press("Escape")
    assert plan.locator("tr.chosen").count() == 0


def test_every_layer_has_its_box_and_its_table(plan):
    boxes = plan.evaluate(
        "[...document.querySelectorAll('input[data-layer]')].map((box) => box.dataset.layer)"
    )
    drawn = plan.evaluate("Object.keys(yizhan.layers)")
    assert set(drawn) - set(boxes) == {"land", "stations"}  # the kinds have boxes of their own
    for box in ("uncovered_1", "reach_0", "gaps", "sites", "names", "borders"):
        plan.uncheck(f"input[data-layer={box}]")
        assert not plan.evaluate(f"yizhan.layers.{box}._map")
    assert marks(plan, "gap").count() == marks(plan, "site").count() == 0
    choose(plan, SITES, 0)
    assert plan.is_checked("input[data-layer=sites]")


def test_another_radius_changes_gaps_and_what_is_hatched(plan):
    first = plan.locator("#gap-says").inner_text()
    near = rows(plan, GAPS).first.inner_text()
    plan.check("input[name=gap-reach][value='0']")
    assert plan.is_checked("input[data-layer=uncovered_0]")
    assert not plan.is_checked("input[data-layer=uncovered_1]")
    assert rows(plan, GAPS).first.inner_text() != near
    assert plan.locator("#gap-says").inner_text() == first  # the made-up totals are equal


def test_people_or_area(plan):
    def shown():
        return plan.locator(f"{DISTRICTS} thead th:visible").all_inner_texts()

    assert any("人口" in text for text in shown()[4:])
    assert not any("面积" in text for text in shown())
    plan.check("input[name=measure][value=area]")
    assert not any("人口" in text for text in shown()[4:])
    assert any("面积" in text for text in shown())


def test_before_and_after(plan):
    assert plan.locator("path.before").count() == 0
    plan.check("input[name=when][value=before]")
    assert plan.locator("path.before").count() == 2
    assert plan.locator("path.cover-1000:not(.before)").count() == 0
    plan.check("input[name=when][value=difference]")
    assert plan.locator("path.gained, path.lost").count() == 4
    assert plan.locator("path.before").count() == 0
    plan.check("input[name=when][value=now]")
    assert plan.locator("path.cover-1000").count() == 1
    total = plan.locator("#changes table").first.locator("tbody tr").last
    assert "+2,710" in total.inner_text()


def test_stations_and_markets_are_switched_by_group(plan):
    def drawn():
        return plan.evaluate("Object.keys(yizhan.layers.stations._layers).length")

    every = drawn()
    plan.uncheck("input[data-group=rest]")
    assert 0 <= drawn() < every
    plan.check("input[data-group=rest]")
    assert drawn() == every


def test_no_text_of_a_plan_runs_in_any_sink(pages, opened):
    page = opened((pages / "hostile.html").as_uri(), DESKTOP).ready()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for table in (SITES, GAPS, DISTRICTS):
        for nth in range(rows(page, table).count()):
            choose(page, table, nth)
    for head in page.locator("button.sort:visible").all():
        head.click()
    page.check("input[name=next-plan][value=optimum]")
    page.check("input[name=gap-reach][value='0']")
    page.wait_for_timeout(300)
    assert page.fired == []
    assert page.errors == []
    text = page.locator("body").inner_text()
    assert text.count("<img src=x onerror=fired(70)>") > 40
    assert "${fired(71)}" in text


def test_less_motion_if_that_is_wanted(pages, opened):
    page = opened("about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto((pages / "partial.html").as_uri())
    page.ready()
    choose(page, GAPS, 0)
    assert page.locator(".leaflet-pan-anim, .leaflet-zoom-anim").count() == 0
    assert page.evaluate("yizhan.layers.names._map.options.zoomAnimation") is False


def test_on_paper(plan):
    """The map is laid out anew for the sheet, everything else follows it, and nothing is cut."""
    plan.check("input[name=gap-reach][value='1']")
    document = PdfReader(BytesIO(plan.pdf(format="A4", print_background=True)))
    # Fonts give some characters back as radicals.
    text = unicodedata.normalize("NFKC", "".join(each.extract_text() for each in document.pages))
    for each in ("示意数据", "名录不全", "下一批站点", "名录中的盲区", "双15工程"):
        assert each in text
    assert "打印本页" not in text
    assert plan.evaluate("document.documentElement.className") == ""
    plan.emulate_media(media="print")
    plan.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    frame = plan.locator(".map-frame").bounding_box()
    assert frame["width"] == pytest.approx(18 / 2.54 * 96, abs=1)
    size = plan.evaluate("yizhan.layers.names._map.getSize().x")
    assert size == pytest.approx(frame["width"], abs=3)
    assert plan.locator(".scroll").evaluate_all(
        "(all) => all.every((each) => each.scrollHeight <= each.clientHeight + 1)"
    )


def test_under_the_policy_of_its_own(places, street, sample_plan, pages, opened):
    """Served with the page's own Content-Security-Policy everything works, styles included."""
    page = render_plan(sample_plan(), places, street)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", page.content_security_policy)
            super().end_headers()

        def log_message(self, *_args):
            pass

    (pages / "served.html").write_text(page.html, encoding="utf-8")
    handler = functools.partial(Handler, directory=pages)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shown = opened("about:blank")
        said = []
        shown.on("console", lambda message: said.append(message.text))
        shown.goto(f"http://127.0.0.1:{server.server_port}/served.html")
        shown.ready()
        choose(shown, GAPS, 1)
        assert [text for text in said if "Content Security Policy" in text] == []
        assert shown.errors == []
        assert shown.locator("path.chosen-outline").count() == 1
        server.shutdown()
