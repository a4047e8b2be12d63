"""A process that computes plan after plan, while the files that it looks at change."""

import json
import shutil
from pathlib import Path

from api.people import towns_of


def test_another_base_map_is_seen_by_the_process_that_knows_the_first(root: Path, tmp_path: Path):
    folder = Path(shutil.copytree(root / "tests" / "fixtures" / "base_map", tmp_path / "map"))
    before = towns_of(folder)
    assert towns_of(folder) is before
    path = folder / "towns.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["features"] = []
    path.write_text(json.dumps(content), encoding="utf-8")
    assert before
    assert not towns_of(folder)
    assert towns_of(None) == ()
