"""``python -m api.upload_job TOKEN look|accept|report``: an upload judged, and taken if so asked.

A list of 200,000 rows takes half a minute and much memory: neither is the worker's. What
becomes of it is one JSON document on standard output.
"""

import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from api.current import open_store_of, publish_head
from api.plans import finding_json, plan_json
from api.settings import Settings
from geo.errors import YizhanError
from geo.importing.options import ImportOptions
from geo.importing.plan import Plan, keep, plan_import
from geo.importing.report import write_report
from geo.places import load_places
from geo.sources.tables import Limits
from geo.store import Store, Upload
from geo.text import Text

_MOST_SHOWN = 1_000
_MOST_ERRORS = 20


def options_of(given: Mapping[str, Any], who: str) -> ImportOptions:
    """The options of an upload. Raises :class:`~geo.errors.InputError`."""
    values = dict(given)
    listed_on, area_name = values.pop("listed_on", None), values.pop("area_name", None)
    return ImportOptions(
        **values,
        listed_on=date.fromisoformat(listed_on) if listed_on else None,
        area_name=Text(*area_name) if area_name else None,
        who=who,
        limits=Limits(),
    )


def main(token: str, action: str) -> None:
    """Do the job; print what became of it."""
    settings = Settings()
    store = open_store_of(settings)
    try:
        answer = _answer(settings, store, token, action)
    except YizhanError as error:
        answer = {"error": _error_json(error)}
    finally:
        store.close()
    sys.stdout.buffer.write(orjson.dumps(answer))


def _answer(settings: Settings, store: Store, token: str, action: str) -> dict[str, Any]:

    upload = store.uploads.get(token)
    with tempfile.TemporaryDirectory(prefix="yizhan-upload-") as folder:
        path = Path(folder) / f"upload{Path(upload.file_name).suffix[:12]}"
        path.write_bytes(upload.content)
        options = options_of(upload.options, upload.who)
        plan = _plan(path, store, options, upload)
        if action == "report":
            report = Path(folder) / "report.xlsx"
            write_report(report, path, plan, options)
            return {"report": report.read_bytes().hex()}
        answer = plan_json(plan, most=_MOST_SHOWN) | {"base": plan.proposal.base}
        if action == "accept" and plan.blocked:
            return {"error": _blocked_json(plan.blocked, plan)}
        if action == "accept":
            answer["revision"] = keep(plan, store)
            store.uploads.accept(token, answer["revision"])
            publish_head(settings, store)
    return answer


def _plan(path: Path, store: Store, options: ImportOptions, upload: Upload) -> Plan:

    return plan_import(path, store, options, load_places(), name=upload.file_name)


def _blocked_json(why: Text, plan: Plan) -> dict[str, Any]:
    """Why nothing is taken, and where: row and column of the first error, and the others."""
    errors = [finding_json(each) for each in plan.findings if each.severity == "error"]
    placed = next((each for each in errors if each["row"] is not None), {})
    members = {name: placed[name] for name in ("row", "column") if placed.get(name) is not None}
    members["findings"] = errors[:_MOST_ERRORS]
    return {"kind": "RefusedError", "text": list(why), "members": members}


def _error_json(error: YizhanError) -> dict[str, Any]:
    members = {
        name: getattr(error, name)
        for name in ("parameter", "value", "row", "reason")
        if getattr(error, name, None) is not None
    }
    expected = getattr(error, "expected", None)
    if expected:
        members["expected"] = list(expected)
    evidence = getattr(error, "evidence", None)
    if evidence:
        members["evidence"] = [list(line) for line in evidence.lines()]
        members["verdict"] = evidence.verdict
    return {"kind": type(error).__name__, "text": list(error.text), "members": members}


if __name__ == "__main__":
    main(*sys.argv[1:3])
