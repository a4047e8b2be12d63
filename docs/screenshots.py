"""Takes the pictures of the documents: ``scripts/screenshots [FOLDER]``."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from api.current import current_snapshot
from api.settings import Settings
from geo.places import Places, load_places
from geo.planning.plan import plan_city
from geo.snapshot import Snapshot
from maps.gallery import cities_of, write_maps
from maps.options import Options
from maps.plan import render_plan

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_DESKTOP = {"width": 1280, "height": 800}
_WIDE = {"width": 1440, "height": 900}
_PHONE = {"width": 390, "height": 844}


def _take(browser: Browser, page_file: Path, picture: Path, size: dict[str, int]) -> None:
    page = browser.new_page(viewport=size, locale="zh-CN")
    page.goto(page_file.as_uri())
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(300)
    page.screenshot(path=picture)
    page.close()


def _write_plan(page_file: Path, places: Places, snapshot: Snapshot, city: str) -> None:
    page = render_plan(plan_city(snapshot, places, city), places, snapshot)
    page_file.write_text(page.html, encoding="utf-8")


def main(folder: Path) -> None:
    """Draw Zhengzhou's map and plan and the index of the synthetic province, and take them."""
    places = load_places()
    real, demo = Settings(), Settings().for_demo()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        zhengzhou = [places.get("410100")]
        write_maps(Path(scratch, "real"), places, current_snapshot(real), zhengzhou, Options())
        _write_plan(Path(scratch, "real", "plan.html"), places, current_snapshot(real), "410100")
        synthetic = current_snapshot(demo)
        every = cities_of(places, synthetic)
        write_maps(Path(scratch, "demo"), places, synthetic, every, Options())
        shots = (
            ("real/410100.html", "zhengzhou", _DESKTOP),
            ("real/410100.html", "zhengzhou-phone", _PHONE),
            ("real/plan.html", "plan-zhengzhou", _WIDE),
            ("real/index.html", "index", _DESKTOP),
            ("demo/410100.html", "demo-zhengzhou", _DESKTOP),
        )
        for source, name, size in shots:
            _take(browser, Path(scratch, source), folder / f"{name}.png", size)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots"))
