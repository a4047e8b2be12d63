"""The printed report: warnings on every page, letters that can be searched, maps as PNG."""

import re
import unicodedata
from dataclasses import replace

import pytest
from matplotlib import font_manager
from PIL import Image
from pypdf import PdfReader

from geo.catalogue import SYNTHETIC
from geo.errors import SetupError
from geo.text import Text
from maps.options import Options
from maps.plan_folder import write_plan
from maps.report import write_report
from maps.report.letters import printable, require_font, width_mm, wrapped

OPTIONS = Options(approval="豫S(2026)001号")
HOSTILE = (
    "$x^2$ 驿站",
    "<script>alert(1)</script>",
    "\u202eمحطة راحة",
    "很长的名字" * 60,
    "a" * 400,
    "C:\\n{}%s\x00\x07\t\r\n🏠",
)


def pages_of(folder):
    """The text of each page, without the spaces and breaks of its layout."""
    reader = PdfReader(folder / "report.pdf")
    texts = (unicodedata.normalize("NFKC", page.extract_text()) for page in reader.pages)
    return reader, [re.sub(r"\s", "", text) for text in texts]


def said(text):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def written(places, shipped, sample_plan, tmp_path_factory):
    """The report of a partial, synthetic, compared plan."""
    folder = tmp_path_factory.mktemp("report")
    plan = sample_plan()
    links = write_report(folder, plan, places, shipped, OPTIONS)
    return folder, plan, links


def test_every_page_says_what_its_data_are(written):
    folder, plan, _ = written
    reader, pages = pages_of(folder)
    assert len(pages) > 10
    for nth, page in enumerate(pages, 1):
        assert said(SYNTHETIC.zh) in page
        assert said(SYNTHETIC.en) in page
        assert "名录不全:覆盖率为“至少”" in page
        assert "revision3" in page
        assert "2026-11-25" in page
        assert "审图号:豫S(2026)001号" in page
        assert "boundaries" in page
        assert f"{nth}/{len(pages)}" in page
    for box in (page.mediabox for page in reader.pages):
        assert (float(box.width), float(box.height)) == pytest.approx((841.9, 595.3), abs=0.1)
    assert reader.metadata.title == "郑州市驿站规划"
    whole = "".join(pages)
    for district in plan.districts:
        assert district.name in whole
    for method in plan.methods:
        assert said(method.value.zh) in pages[-1]
        assert said(method.value.en) in pages[-1]


def test_letters_are_embedded_and_can_be_searched(written):
    folder, _, _ = written
    reader = PdfReader(folder / "report.pdf")
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].get_object().values()
    ]
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        assert "/CharProcs" in font or "/FontFile3" in font["/FontDescriptor"]
    # Not the whole font: each holds the letters of this report alone.
    assert (folder / "report.pdf").stat().st_size < 3_000_000


def test_a_picture_of_each_map(written):
    folder, _, links = written
    assert links[0].href == "report.pdf"
    names = [each.href for each in links[1:]]
    assert {"png/coverage.png", "png/gaps-2.png", "png/sites.png", "png/change.png"} <= set(names)
    assert sorted(names) == sorted(f"png/{path.name}" for path in (folder / "png").iterdir())
    for name in names:
        with Image.open(folder / name) as picture:
            assert picture.size == (1753, 1240)
            colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)
        assert len(colours) > 50


def test_the_colour_of_reach_is_where_the_stations_are(written):
    folder, _, _ = written
    with Image.open(folder / "png" / "coverage.png") as picture:
        drawn = picture.convert("RGB")
    blue = sum(
        count for count, (r, _, b) in drawn.getcolors(maxcolors=1 << 24) if b > 150 and b - r > 60
    )
    assert blue > 300


def test_a_city_without_a_list_gets_no_figure(places, shipped, sample_plan, tmp_path):
    plan = sample_plan("411700", state="none")
    links = write_report(tmp_path, plan, places, shipped, Options(map_paper="a3"))
    assert [each.href for each in links] == ["report.pdf", "png/districts.png"]
    reader, pages = pages_of(tmp_path)
    assert {round(float(page.mediabox.width)) for page in reader.pages} == {842, 1191}
    assert all("没有名录:请提交一份" in page for page in pages)
    assert not re.search(r"\d%", "".join(pages))
    assert all(each.name in "".join(pages) for each in plan.districts)


def test_names_that_attack(places, shipped, sample_plan, tmp_path):
    plan = sample_plan(compared=False)
    gaps = plan.gaps[0]
    ranked = [
        replace(gap, nearest_name=name, where=Text(name, name))
        for gap, name in zip(gaps.ranked, HOSTILE * 3, strict=False)
    ]
    districts = [replace(plan.districts[0], name=HOSTILE[0]), *plan.districts[1:]]
    notes = [*plan.notes, *(Text(name, name) for name in HOSTILE)]
    attacked = replace(plan, gaps=[replace(gaps, ranked=ranked)], districts=districts, notes=notes)
    write_report(tmp_path, attacked, places, shipped, pictures=False)
    _, pages = pages_of(tmp_path)
    whole = "".join(pages)
    assert "$x^2$驿站" in whole
    assert "<script>alert(1)</script>" in whole
    assert whole.count("很") >= 60
    assert all(said(SYNTHETIC.zh) in page for page in pages)


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "，，，", "中" * 50, "one two three " * 20])
def test_no_line_is_wider_than_its_room(text):
    lines = wrapped(text, 30, 8)
    assert all(width_mm(line, 8) <= 30 + width_mm("中", 8) for line in lines)
    assert said("".join(lines)) == said(printable(text))


@pytest.mark.full
def test_the_folder_holds_the_report_and_its_page_leads_there(written, places, shipped, tmp_path):
    folder, plan, links = written
    write_plan(tmp_path / "out", plan, places, shipped, OPTIONS)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    hrefs = re.findall(r'<a href="((?:png/)?[a-z0-9-]+\.(?:pdf|png|xlsx|gpkg|json))"', page)
    assert {"plan.xlsx", "plan.gpkg", "plan.json", *(each.href for each in links)} == set(hrefs)
    assert all((tmp_path / "out" / each).is_file() for each in hrefs)
    # Equal plans give equal bytes.
    for link in links:
        assert (folder / link.href).read_bytes() == (tmp_path / "out" / link.href).read_bytes()


def test_without_the_font_the_folder_is_not_there(
    places, shipped, sample_plan, tmp_path, monkeypatch
):
    others = [each for each in font_manager.fontManager.ttflist if "CJK" not in each.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", others)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    with pytest.raises(SetupError, match="fonts-noto-cjk"):
        require_font()
    with pytest.raises(SetupError, match="fonts-noto-cjk"):
        write_plan(tmp_path / "out", sample_plan(), places, shipped)
    assert list(tmp_path.iterdir()) == []
