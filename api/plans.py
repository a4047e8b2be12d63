"""What an import would do and what revisions hold, as JSON: for the terminal and the API."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from geo.text import Text

if TYPE_CHECKING:
    from geo.importing.plan import Plan
    from geo.station import Station
    from geo.store import Changed, Revision
    from geo.validation import Finding


def plan_json(plan: "Plan", *, most: int | None = None) -> dict[str, Any]:
    """All that people decide by; of long parts the first ``most``, their counts always whole."""
    return {
        "file": plan.source,
        "taken_as": [_pair(note) for note in plan.taken],
        "columns": dict(plan.columns.by_column),
        "unknown_columns": list(plan.columns.unknown),
        "personal_columns": list(plan.columns.personal),
        "datum": {
            "datum": plan.datum.datum,
            "because": _pair(plan.datum.because),
            "evidence": [_pair(line) for line in plan.datum.evidence.lines()]
            if plan.datum.evidence
            else None,
        },
        "counts": dataclasses.asdict(plan.counts),
        "blocked": _pair(plan.blocked) if plan.blocked else None,
        "added": [_station(each) for each in plan.added[:most]],
        "changed": [changed_json(each) for each in plan.changed[:most]],
        "closed": [_station(each) for each in plan.closed[:most]],
        "duplicates": [dataclasses.asdict(each) for each in plan.duplicates[:most]],
        "findings": [finding_json(each) for each in plan.findings[:most]],
        "findings_total": len(plan.findings),
    }


def changed_json(changed: "Changed") -> dict[str, Any]:
    """A station before and after, field by field."""
    return {
        "id": changed.after.id,
        "name": changed.after.name,
        "fields": {
            name: {
                "before": _plain(getattr(changed.before, name)),
                "after": _plain(getattr(changed.after, name)),
            }
            for name in changed.fields
        },
    }


def told_change(changed: "Changed") -> Iterator[str]:
    """What was and is, field by field; of a list's own columns, those that differ."""
    before, after = changed.before, changed.after
    for name in changed.fields:
        if name != "extra":
            yield f"{name}: {_value(getattr(before, name))} → {_value(getattr(after, name))}"
            continue
        for own in sorted({*before.extra, *after.extra}):
            was, now = before.extra.get(own), after.extra.get(own)
            if was != now:
                yield f"{own}: {_value(was)} → {_value(now)}"


def revision_json(revision: "Revision") -> dict[str, Any]:
    """A revision as JSON."""
    return {
        "revision": revision.number,
        "parent": revision.parent,
        "created_at": revision.created_at.isoformat(timespec="seconds"),
        "who": revision.who,
        "action": revision.action,
        "list": revision.list_key,
        "source_file": revision.source_file,
        "source_sha256": revision.source_sha256,
        "note": revision.note,
        "counts": dict(revision.counts),
    }


def finding_json(finding: "Finding") -> dict[str, Any]:
    """A finding, its row and column as the sender counts them."""
    return {
        "row": finding.row,
        "column": finding.field,
        "code": finding.code,
        "severity": finding.severity,
        "message": _pair(finding.message),
        "fix": _pair(finding.fix) if finding.fix else None,
    }


def _station(station: "Station") -> dict[str, str]:
    return {"id": station.id, "name": station.name, "address": station.address}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _value(value: object) -> str:
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "无"
    if isinstance(value, tuple):
        return ", ".join(f"{each:.5f}" if isinstance(each, float) else str(each) for each in value)
    return "未知" if value is None else str(value)[:40]
