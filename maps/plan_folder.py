"""A plan as a folder that can be put before a committee: it is there whole, or not at all."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

from geo.errors import InputError
from geo.places import Places
from geo.planning.document import plan_document
from geo.planning.model import CityPlan
from geo.snapshot import Snapshot
from geo.text import Text
from maps import assets
from maps.options import DEFAULT, Options
from maps.plan import FileLink, render_plan

PAGE: Final = "index.html"
DOCUMENT: Final = "plan.json"
_READABLE: Final = 0o755
_FILES: Final = (FileLink(DOCUMENT, Text("全部数据", "All data")),)


def require_ours(folder: Path) -> None:
    """Raises :class:`InputError` for a folder that holds anything but a plan of ours."""
    if not folder.exists() or (folder / DOCUMENT).is_file():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise InputError(
            "output",
            zh=f"{folder.name} 已经存在，而且不是规划文件夹",
            en=f"{folder.name} exists, and is no folder of a plan",
            value=None,
            expected=Text("一个新的或空的文件夹", "a new or an empty folder"),
        )


def write_plan(
    folder: Path,
    plan: CityPlan,
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    ranking: str | None = None,
) -> None:
    """Write the folder, in the place of an earlier one of ours.

    Everything is written beside it first: what fails leaves the earlier folder as it was.
    Raises :class:`InputError` as :func:`require_ours` does.
    """
    require_ours(folder)
    page = render_plan(plan, places, snapshot, options, files=_FILES, ranking=ranking)
    files: Mapping[str, bytes] = {
        PAGE: page.with_policy.encode(),
        DOCUMENT: orjson.dumps(plan_document(plan), option=orjson.OPT_APPEND_NEWLINE),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            (draft / name).write_bytes(content)
        assets.write(draft)
        draft.chmod(_READABLE)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
