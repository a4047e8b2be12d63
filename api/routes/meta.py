"""``/api/v1/meta``, ``/health`` and ``/ready``: what is served, and whether all is well."""

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import params
from api.caching import conditional, version
from api.routes.depends import PROBLEMS, EditionDep
from api.schemas import Health, Meta
from geo.catalogue import SYNTHETIC, Declaration
from geo.hours import calendar
from geo.snapshot import Snapshot
from geo.text import Text
from geo.vocabulary import vocabulary

router = APIRouter(tags=["service"])
_JSON = "application/json"
_NO_STORE = {"Cache-Control": "no-store"}


@router.get("/api/v1/meta", response_model=Meta, responses=PROBLEMS, summary="数据说明 / meta")
def meta(request: Request, edition: EditionDep) -> Response:
    """版本、来源、数量、词汇 / revision, sources, counts, vocabulary."""
    params.refuse_unknown(request.query_params, ())
    return conditional(
        request,
        edition.etag("meta"),
        lambda: orjson.dumps(_meta(edition.snapshot)),
        media_type=_JSON,
    )


@router.get("/health", response_model=Health, summary="健康状况 / health")
def health(edition: EditionDep) -> Response:
    """``degraded``：仍在服务，但不是最新名录 / still serving, but not the newest list."""
    problem = edition.problem
    content = {
        "status": "degraded" if problem else "ok",
        "revision": edition.snapshot.revision,
        "revision_number": edition.snapshot.info.revision,
        "stations": len(edition.snapshot),
        "synthetic": edition.snapshot.info.synthetic,
        "problem": problem._asdict() if problem else None,
    }
    return Response(orjson.dumps(content), media_type=_JSON, headers=_NO_STORE)


@router.get("/ready", summary="是否就绪 / readiness")
def ready(edition: EditionDep) -> Response:
    """已可回答 / answers can be given."""
    content = {"ready": True, "revision": edition.snapshot.revision}
    return Response(orjson.dumps(content), media_type=_JSON, headers=_NO_STORE)


def _meta(snapshot: Snapshot) -> dict[str, Any]:
    words = vocabulary()
    return {
        "name": "yizhan",
        "version": version(),
        "revision": snapshot.revision,
        "revision_number": snapshot.info.revision,
        "digest": snapshot.digest,
        "synthetic": snapshot.info.synthetic,
        "label": str(SYNTHETIC) if snapshot.info.synthetic else None,
        "provinces": list(snapshot.info.provinces),
        "calendar": {str(year): notice for year, notice in calendar().notices.items()},
        "stations": len(snapshot),
        "answerable": int(snapshot.answerable.sum()),
        "by_kind": snapshot.by_kind,
        "by_city": snapshot.by_city,
        "sources": [_source(declaration) for declaration in snapshot.info.declarations],
        "vocabulary": {
            "groups": {code: _pair(text) for code, text in words.groups.items()},
            "kinds": {c: {"group": t.group, **_pair(t.label)} for c, t in words.kinds.items()},
            "facilities": {
                c: {"group": t.group, **_pair(t.label)} for c, t in words.facilities.items()
            },
        },
    }


def _source(declaration: Declaration) -> dict[str, Any]:
    return {
        "area": declaration.area,
        "content": declaration.content,
        "source": declaration.source,
        "licence": declaration.licence,
        "collected_on": declaration.collected_on,
        "published": declaration.completeness.published if declaration.completeness else None,
        "note": _pair(declaration.note) if declaration.note else None,
    }


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
