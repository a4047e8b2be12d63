"""Pages as files, and a browser page that counts attacks, errors and requests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.snapshot import SnapshotFolder
from geo.synth import write_catalogue
from geo.validation import read_catalogue
from maps.gallery import write_maps
from maps.options import Options

BASE = Path(__file__).parents[1] / "fixtures" / "base_map"
HOSTILE = "<img src=x onerror=fired(50)>${fired(51)}`</script><script>fired(52)</script>"
DESKTOP = {"width": 1280, "height": 800}


class Watched:
    """A page of Playwright with what happened on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.fired: list[object] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.expose_function("fired", self.fire)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.fired.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))

    def fire(self, number: object) -> None:
        self.fired.append(number)

    def ready(self) -> "Watched":
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)


@pytest.fixture
def opened(browser) -> Iterator[Callable[..., Watched]]:
    """Opens a page that counts attacks, errors and requests."""
    contexts = []

    def open_page(url: str, size: dict[str, int] = DESKTOP) -> Watched:
        context = browser.new_context(viewport=size, locale="zh-CN")
        contexts.append(context)
        page = Watched(context.new_page())
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def on_disk(places, street, shipped, tmp_path_factory) -> Path:
    """The pages of the made-up street and of the shipped stations, as files."""
    folder = tmp_path_factory.mktemp("maps")
    zhengzhou = [places.get("410100")]
    hostile = Options(base_map=BASE, approval=HOSTILE)
    write_maps(folder / "street", places, street, zhengzhou, hostile)
    write_maps(folder / "shipped", places, shipped, [*zhengzhou, places.get("410200")], Options())
    return folder


@pytest.fixture(scope="session")
def dense(places, tmp_path_factory) -> Path:
    """A map on which stations stand so dense that some are drawn as one mark."""
    folder = tmp_path_factory.mktemp("dense")
    written = write_catalogue(
        folder / "stations" / "henan.csv", places, provinces=["410000"], stations=4000, seed=1
    )
    catalogue = read_catalogue(written.parent, places)
    snapshot = SnapshotFolder(folder / "home").publish(catalogue.stations, catalogue.info)
    write_maps(folder / "maps", places, snapshot, [places.get("410100")], Options())
    return folder / "maps" / "410100.html"
