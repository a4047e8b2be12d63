"""A plan as a folder that can be put before a committee: it is there whole, or not at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from geo.export.folder import require_ours, whole_folder
from geo.export.plan import write_book, write_layers
from geo.places import Places
from geo.planning.document import plan_bytes
from geo.planning.model import CityPlan
from geo.snapshot import Snapshot
from geo.text import Text
from maps import assets
from maps.options import DEFAULT, Options
from maps.plan import FileLink, render_plan, render_ranking
from maps.report import require_font, write_report

PAGE: Final = "index.html"
DOCUMENT, BOOK, LAYERS = "plan.json", "plan.xlsx", "plan.gpkg"
DATA: Final = FileLink(DOCUMENT, Text("全部数据 JSON", "All data, JSON"))


def require_writable(folder: Path) -> None:
    """Before the work begins: raises what :func:`write_plan` would at its end."""
    require_ours(folder)
    require_font()


def write_plan(
    folder: Path,
    plan: CityPlan,
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
) -> None:
    """Write the folder, in the place of an earlier one of ours.

    Raises what :func:`geo.export.folder.whole_folder` does, and :class:`~geo.errors.SetupError`
    without the Chinese font of the report.
    """
    with whole_folder(folder) as draft:
        write_files(draft, plan, places, snapshot, options)


def write_files(
    folder: Path,
    plan: CityPlan,
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    ranking: str | None = None,
) -> None:
    """Write a plan's files into a folder that is there; ``ranking`` leads to all cities."""
    report, *pictures = write_report(folder, plan, places, snapshot, options)
    files = [report, *write_tables(folder, plan, places, snapshot), DATA, *pictures]
    page = render_plan(plan, places, snapshot, options, files=files, ranking=ranking)
    (folder / PAGE).write_text(page.with_policy, encoding="utf-8")
    (folder / DOCUMENT).write_bytes(plan_bytes(plan))
    assets.write(folder)


def write_tables(
    folder: Path, plan: CityPlan, places: Places, snapshot: Snapshot
) -> list[FileLink]:
    """Write what office programs and a GIS open; tells what was written."""
    write_book(folder / BOOK, plan)
    write_layers(folder / LAYERS, plan, places, snapshot)
    return [
        FileLink(BOOK, Text("表格 XLSX", "Tables, XLSX")),
        FileLink(LAYERS, Text("图层 GPKG", "Layers, GPKG")),
    ]


def write_ranking(
    folder: Path,
    plans: Sequence[CityPlan],
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
) -> None:
    """Write the page of all cities above the folders of each, which are named by adcode."""
    pages = {each.place.adcode: f"{each.place.adcode}/{PAGE}" for each in plans}
    page = render_ranking(plans, places, snapshot, options, pages=pages)
    (folder / PAGE).write_text(page.with_policy, encoding="utf-8")
    assets.write(folder)
