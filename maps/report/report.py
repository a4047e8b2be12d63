"""``report.pdf`` and a picture of each map, on paper of A4; the maps on A3 if that is asked for.

Letters are embedded as Type 3 with their Unicode: they can be selected, searched and read out.
Debian's Chinese font has CFF outlines, which matplotlib's other form (42) embeds under the wrong
type, so that some readers show nothing. Equal plans give equal bytes.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages

from geo.boundaries import ATTRIBUTION
from geo.catalogue import SYNTHETIC
from geo.export.plan import sheets
from geo.export.plan.sites import optima, sites
from geo.hours import SHANGHAI
from geo.places import Places
from geo.planning import words
from geo.planning.model import CityPlan, Gaps
from geo.snapshot import Snapshot
from geo.text import Text
from maps.options import DEFAULT, Options
from maps.plan.links import FileLink
from maps.report.charts import change_page, draw_curves, fairness_page, lens_pages
from maps.report.land import Land
from maps.report.letters import FAMILY, require_font
from maps.report.map_pages import map_pages
from maps.report.paper import Paper, Standing
from maps.report.summary import draw_summary
from maps.report.tables import draw_table

REPORT: Final = "report.pdf"
_PICTURES: Final = "png"
_DPI: Final = 150
_PNG: Final[Any] = {"metadata": {"Software": "yizhan"}, "pil_kwargs": {"compress_level": 3}}
# Of each threshold so many gaps are printed; all are in plan.xlsx.
_GAPS_PRINTED: Final = 40
_STYLE: Final[Any] = {
    "font.family": [FAMILY],
    "pdf.fonttype": 3,
    "hatch.linewidth": 0.8,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "path.simplify": True,
}


def write_report(
    folder: Path,
    plan: CityPlan,
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    pictures: bool = True,
) -> list[FileLink]:
    """Write ``report.pdf`` and ``png/…`` into a folder that is there; tells what was written.

    Without ``pictures`` the report alone, which has the same maps in it.

    Raises :class:`~geo.errors.SetupError` if the Chinese font is missing.
    """
    require_font()
    standing = _standing(plan, options)
    with rc_context(_STYLE):
        maps = list(
            map_pages(
                plan,
                Land(plan, places, snapshot),
                partial(Paper, standing, size=options.map_paper),
            )
        )
        pages = list(_pages(plan, standing, [each.paper for each in maps]))
        for nth, page in enumerate(pages, 1):
            page.number(nth, len(pages))
        links = [FileLink(REPORT, Text("报告 PDF", "Report, PDF"))]
        with PdfPages(folder / REPORT, metadata=_metadata(plan, standing)) as document:
            for page in pages:
                document.savefig(page.figure)
        if not pictures:
            return links
        (folder / _PICTURES).mkdir()
        for each in maps:
            href = f"{_PICTURES}/{each.name}.png"
            link = FileLink(href, each.paper.heading, picture=True)
            each.paper.figure.savefig(folder / link.href, dpi=_DPI, **_PNG)
            links.append(link)
    return links


def _pages(plan: CityPlan, standing: Standing, maps: list[Paper]) -> Iterator[Paper]:
    """All pages in their order."""
    new_sheet = partial(Paper, standing)
    yield from draw_summary(plan, partial(new_sheet, Text("摘要", "Summary")))
    yield from maps
    yield from _tables(plan, new_sheet)
    yield from lens_pages(plan, new_sheet)
    if plan.fairness:
        fair = new_sheet(Text("区县之间的均衡", "Fairness between districts"))
        fairness_page(plan, plan.fairness[-1], fair)
        yield fair
    if plan.change:
        causes = new_sheet(Text("变化的原因", "Change by cause"))
        change_page(plan, causes)
        yield causes
    for sheet in [*([sheets.checks(plan)] if plan.checks else []), sheets.method(plan)]:
        yield from draw_table(sheet, partial(new_sheet, sheet.title))


def _tables(plan: CityPlan, new_sheet: Callable[[Text], Paper]) -> Iterator[Paper]:
    """Districts, gaps of each threshold, sites with the two curves."""
    districts = sheets.districts(plan)
    yield from draw_table(districts, partial(new_sheet, districts.title))
    for gaps in plan.gaps:
        yield from draw_table(
            sheets.gaps(plan, [gaps], most=_GAPS_PRINTED),
            partial(new_sheet, _beyond(gaps)),
        )
    if plan.proposals is None:
        return
    proposed = sites(plan, plan.proposals)
    yield from draw_table(proposed, partial(new_sheet, proposed.title))
    best = optima(plan.proposals)
    pages = draw_table(best, partial(new_sheet, best.title), share=0.5)
    draw_curves(plan.proposals, pages[0])
    yield from pages


def _beyond(gaps: Gaps) -> Text:
    (zh, en), title = gaps.threshold.label, words.gap_title(in_list=gaps.in_list)
    return Text(f"{title.zh}（＞ {zh}）", f"{title.en}, > {en}")


def _standing(plan: CityPlan, options: Options) -> Standing:
    place = plan.place
    warnings = [each for each in words.warnings(plan) if each != SYNTHETIC]
    made_at = f"{plan.made_at.astimezone(SHANGHAI):%Y-%m-%d}"
    revision = f"版本 revision {plan.revision}" if plan.revision else f"快照 {plan.snapshot[:12]}"
    source = next((each.source for each in plan.methods if each.code == "stations"), None)
    imprint = [
        f"制图 made {made_at}",
        revision,
        f"行政区划 boundaries：{ATTRIBUTION}",
        *([f"站点 stations：{source}"] if source and not plan.synthetic else []),
        *([f"审图号：{options.approval}"] if options.approval else []),
    ]
    return Standing(
        Text(f"{place.name}驿站规划", f"Stations of {place.name_en}: a plan"),
        SYNTHETIC if plan.synthetic else None,
        warnings[0] if warnings else None,
        imprint,
    )


def _metadata(plan: CityPlan, standing: Standing) -> dict[str, Any]:
    return {
        "Title": standing.title.zh,
        "Subject": standing.title.en,
        "Creator": f"yizhan {plan.software}",
        "CreationDate": plan.made_at,
        "ModDate": plan.made_at,
    }
