"""The synthetic province's 18 maps: time, size, time to interactive; against a plain Folium map.

``scripts/bench maps [--quick]``
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import folium
from folium.plugins import MarkerCluster
from playwright.sync_api import Browser, sync_playwright

from api.current import current_snapshot
from api.settings import Settings
from benchmarks.report import console, machine, table
from geo.places import load_places
from geo.snapshot import Snapshot
from maps.gallery import cities_of, write_maps
from maps.options import Options

_READY = "performance.getEntriesByName('yizhan-ready')[0].startTime"


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    places = load_places()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = Settings(home=folder / "home").for_demo()
        snapshot = current_snapshot(settings)
        cities = cities_of(places, snapshot)[: 3 if quick else None]
        start = time.perf_counter()
        pages = write_maps(folder / "maps", places, snapshot, cities, Options())
        taken = time.perf_counter() - start
        sizes = {page: page.stat().st_size / 1e6 for page in pages}
        peer, peer_taken = _plain_folium(snapshot, folder / "peer.html")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            ready = {page: _ready_ms(browser, page) for page in pages}
            browser.close()
    names = {f"{city.adcode}.html": city.name_en for city in cities} | {"index.html": "index"}
    rows = [(names[page.name], sizes[page], ready[page]) for page in pages]
    table("pages", ("page", "MB", "interactive ms"), rows)
    largest = max(sizes.values())
    console.print(f"{len(pages)} pages in {taken:.1f} s · largest {largest:.2f} MB")
    console.print(f"slowest to interactive: {max(ready.values()):.0f} ms")
    zhengzhou = next(page for page in pages if page.name == "410100.html")
    console.print(
        f"plain Folium MarkerCluster of Zhengzhou: {peer:.1f} MB "
        f"({peer / sizes[zhengzhou]:.1f} × ours), "
        f"{peer_taken:.1f} s to write, and it needs a network to show anything"
    )


def _ready_ms(browser: Browser, page_file: Path) -> float:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(page_file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    ready = float(page.evaluate(_READY))
    page.close()
    return ready


def _plain_folium(snapshot: Snapshot, path: Path) -> tuple[float, float]:
    """What Folium's own examples would do with the same stations."""
    start = time.perf_counter()
    drawn = folium.Map([34.75, 113.66], zoom_start=9)
    cluster = MarkerCluster()  # type: ignore[no-untyped-call]
    cluster.add_to(drawn)
    for row in snapshot.rows_of_city("410100").tolist():
        station = snapshot.station(row)
        lon, lat = station.position
        folium.Marker([lat, lon], popup=station.name, tooltip=station.address).add_to(cluster)
    drawn.save(path)
    return path.stat().st_size / 1e6, time.perf_counter() - start


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
