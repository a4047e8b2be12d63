"""What planners' pages say: completeness first, bands, unknown as unknown, figures of the plan."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.planning.model import Band, Threshold
from geo.planning.shown import shown_people, shown_share
from geo.text import Text
from maps.basemaps import PROVIDERS
from maps.options import Options
from maps.plan import FileLink, render_plan, render_ranking
from maps.plan.change import change_block
from maps.plan.next_sites import next_block
from maps.plan.reach import reaches


def block(html, key):
    found = re.search(rf'<script type="application/json" id="{key}-data">(.*?)</script>', html)
    return json.loads(found[1])


def words_of(html):
    """The page without its blocks of data."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def column(table, name):
    number = next(n for n, each in enumerate(table["columns"]) if name in each["label"][0])
    return {row["id"]: row["cells"][number] for row in table["rows"]}


def area_of(part):
    """The square degrees of what a page draws, from its compact form."""
    drawn = [
        shapely.Polygon(rings[0], rings[1:])
        for rings in (
            [np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / 1e6 for ring in polygon]
            for polygon in part["polygons"]
        )
        if len(rings[0]) > 2
    ]
    return sum(each.area for each in drawn)


@pytest.fixture(scope="module")
def one_plan(sample_plan):
    return sample_plan()


def test_equal_plans_give_equal_bytes(places, street, sample_plan):
    plan = sample_plan()
    assert render_plan(plan, places, street) == render_plan(plan, places, street)


def test_without_a_list_there_is_no_figure_but_how_to_hand_one_in(places, street, sample_plan):
    html = render_plan(sample_plan("410200", state="none"), places, street).html
    assert "没有名录" in html
    assert "字段词典" in html
    said = words_of(html)
    assert "%" not in said.replace("100%", "")
    for name in ("gaps", "sites", "lens-hours"):
        assert f'data-table="{name}"' not in html
    assert "未知" in said
    columns = [each["label"][1] for each in block(html, "district-table")["columns"]]
    assert columns == ["District", "People"]


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        ("partial", ["至少", "名录中的盲区", "at least", "公布 639 个"], ["覆盖盲区"]),
        ("unstated", ["至少", "名录中的盲区"], ["覆盖盲区"]),
        ("complete", ["覆盖盲区", "名录齐全"], ["名录中的盲区"]),
    ],
)
def test_completeness_comes_first(places, street, sample_plan, state, said, unsaid):
    html = render_plan(sample_plan(state=state), places, street).html
    page = words_of(html)
    assert all(each in page for each in said)
    assert not any(each in page for each in unsaid)
    names = block(html, "names")
    assert any((each["value"] or "").startswith("≥") for each in names) == (state != "complete")


def test_every_warning_stands_before_the_map(places, street, sample_plan):
    plan = sample_plan()
    html = render_plan(plan, places, street).html
    before = html[: html.index('class="layout"')]
    assert all(note.zh in before and note.en in before for note in plan.notes)


def test_the_district_table_holds_the_figures_of_the_plan(places, street, sample_plan):
    plan = sample_plan()
    table = block(render_plan(plan, places, street).html, "district-table")
    far = column(table, "≤ 1 公里 人口")
    twice = column(table, "≤ 1 公里 两站以上 人口")
    area = column(table, "≤ 500 米 面积")
    for covered in plan.coverage(Threshold(radius_m=1000.0)).districts:
        assert far[covered.adcode]["t"] == shown_share(covered.people_ratio)
        ratio = covered.people_backup.over(covered.people_total)
        assert twice[covered.adcode]["t"] == shown_share(ratio)
    for covered in plan.coverage(Threshold(radius_m=500.0)).districts:
        assert area[covered.adcode]["t"] == shown_share(covered.area_ratio)


def test_people_are_shown_to_three_digits_and_unknown_ones_as_unknown(places, street, sample_plan):
    plan = sample_plan()
    one = plan.coverages[3]
    strange = replace(one.districts[0], people_total=None, people=None, people_backup=None)
    coverages = [
        replace(each, districts=[strange, *each.districts[1:]])
        if each.threshold == one.threshold
        else each
        for each in plan.coverages
    ]
    html = render_plan(replace(plan, coverages=coverages), places, street).html
    cell = column(block(html, "district-table"), "≤ 1 公里 人口")[strange.adcode]
    assert cell == {"t": ["未知", "unknown"], "s": None}
    assert shown_people(plan.gaps[1].people, "district") in words_of(html)


def test_without_people_shares_are_of_area(places, street, sample_plan):
    plan = replace(sample_plan(), people_total=None, demand_basis="none")
    html = render_plan(plan, places, street).html
    labels = [each["label"][1] for each in block(html, "district-table")["columns"]]
    assert not any("people" in label for label in labels)
    assert 'value="people"' not in html
    assert "of area, at least" in words_of(html)


def test_what_is_drawn_is_what_was_measured(places, street, sample_plan):
    """Simplified for drawing: areas within two per cent, and nothing both reached and not."""
    plan = sample_plan()
    html = render_plan(plan, places, street).html
    outline = places.outline("410100", "city")
    for number, radius_m in (("0", 500.0), ("1", 1000.0)):
        covered = plan.coverage(Threshold(radius_m=radius_m)).covered
        drawn = area_of(block(html, f"reach_{number}")["parts"][0])
        assert drawn == pytest.approx(covered.area, rel=0.02)
        rest = area_of(block(html, f"uncovered_{number}")["parts"][0])
        assert rest == pytest.approx(outline.area - covered.area, rel=0.002)


def test_each_threshold_has_a_colour_of_its_own():
    minutes = Threshold(radius_m=923.0, minutes=15.0, mode="walk")
    radii = [Threshold(radius_m=each) for each in (300.0, 500.0, 800.0, 1000.0, 2000.0)]
    found = reaches([*radii, minutes])
    assert len({each.css for each in found}) == len({each.key for each in found}) == 6
    assert [each.threshold.radius_m for each in found] == sorted(
        each.threshold.radius_m for each in found
    )
    colours = {each.threshold.radius_m: each.css for each in found}
    assert (colours[500.0], colours[1000.0]) == ("cover-500", "cover-1000")
    assert "分钟" in next(each.within.zh for each in found if each.threshold == minutes)


def test_every_number_of_next_sites_has_its_sentence(sample_plan):
    plan = sample_plan()
    data = next_block(plan, plan.proposals, Options())
    first, fifth = data["nested"][0], data["nested"][4]
    assert "已证明为最优" in first["says"][0]
    assert "至少为最优的 98.0 %" in fifth["says"][0]
    assert "多服务 20,600–27,400 人" in fifth["says"][0]
    assert len(fifth["rows"]) == 5
    assert "at least 99.8 % of the best possible" in data["optima"]["3"]["says"][1]
    assert len(data["spots"]) == 5  # the optima propose the same places


@settings(deadline=None)
@given(loss=st.floats(min_value=1e-6, max_value=0.999))
def test_a_bound_is_never_claimed_to_be_better_than_proven(one_plan, loss):
    plan = one_plan
    proposals = replace(plan.proposals, nested_loss=[loss] * len(plan.proposals.nested))
    says = next_block(plan, proposals, Options())["nested"][0]["says"][0]
    claimed = float(re.search(r"最优的 ([\d.]+) %", says)[1]) / 100
    assert 1 - loss - 0.001 - 1e-9 <= claimed <= 1 - loss + 1e-9
    worse = next_block(plan, replace(proposals, model="pmedian"), Options())["nested"][0]["says"]
    most = float(re.search(r"至多差 ([\d.]+) %", worse[0])[1]) / 100
    assert loss - 1e-9 <= most <= loss + 0.001 + 1e-9


def test_causes_add_up_as_they_are_printed(sample_plan):
    for table in change_block(sample_plan())["tables"]:
        for number in (2, 3):
            printed = [
                int(row["cells"][number]["t"].replace("−", "-").replace(",", ""))
                for row in table["rows"]
            ]
            assert sum(printed[:-1]) == printed[-1] != 0


def test_the_two_ends_of_a_cause_are_both_told(sample_plan):
    plan = sample_plan()
    change = plan.change[0]
    causes = [replace(change.causes[0], people=Band(100.0, -20.0)), *change.causes[1:]]
    tables = change_block(replace(plan, change=[replace(change, causes=causes)]))["tables"]
    assert tables[0]["rows"][0]["cells"][2]["t"] == "+100 / −20"
    assert "下限 / 上限" in tables[0]["columns"][2]["label"][0]


def test_what_a_page_may_lead_to(places, street, sample_plan):
    files = [FileLink("report.pdf", Text("报告", "Report"))]
    page = render_plan(sample_plan(), places, street, files=files, ranking="../index.html")
    assert 'href="report.pdf"' in page.html
    assert 'href="../index.html"' in page.html
    assert "unsafe" not in page.content_security_policy


def test_on_tiles_everything_is_in_their_datum(places, street, sample_plan):
    plan = sample_plan()
    at = block(render_plan(plan, places, street).html, "gap-tables")[1]["marks"][0]["at"]
    tiles = Options(tiles=PROVIDERS["gaode"])
    moved = block(render_plan(plan, places, street, tiles).html, "gap-tables")[1]["marks"][0]["at"]
    assert at != moved
    assert np.abs(np.array(at) - moved).max() < 10_000


def test_a_province_says_which_lists_can_be_compared(places, street, sample_plan):
    states = ("none", "partial", "complete", "unstated")
    cities = places.cities_of("410000")
    plans = [sample_plan(city.adcode, state=states[nth % 4]) for nth, city in enumerate(cities)]
    pages = {city.adcode: f"{city.adcode}/index.html" for city in cities[1:]}
    html = render_ranking(plans, places, street, pages=pages).html
    table = block(html, "city-table")
    assert [row["id"] for row in table["rows"]] == [city.adcode for city in cities]
    shares, links = column(table, "≤ 1 公里"), column(table, "规划")
    kinds = {part["id"]: part["class"] for part in block(html, "cities")["parts"]}
    for plan in plans:
        adcode = plan.place.adcode
        nothing = plan.list_state == "none"
        assert (shares[adcode]["s"] is None) == nothing
        assert ("rate-unknown" in kinds[adcode]) == nothing
        assert links[adcode]["href"] == pages.get(adcode)
    assert "不能按数值排名次" in words_of(html)
    assert "不是 0" in words_of(html)
    complete = [sample_plan("410100", state="complete")]
    alone = render_ranking(complete, places, street, pages={}).html
    assert "不能按数值排名次" not in alone


def test_a_province_of_no_list_at_all_has_a_page(places, street, sample_plan):
    plans = [sample_plan(each, state="none") for each in ("410100", "410200")]
    table = block(render_ranking(plans, places, street, pages={}).html, "city-table")
    assert all(row["cells"][-1]["s"] is None for row in table["rows"])
