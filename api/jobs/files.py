"""A plan as the files that the service answers with."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from geo.catalogue import SYNTHETIC
from geo.planning.document import document_of, plan_document
from geo.planning.model import ALL_STATIONS, CityPlan, Gaps, Proposal, Proposals
from geo.store.jobs_model import Part

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
PLAN, COVERAGE, PAGE = "plan.json", "coverage.json", "index.html"
GAPS, SITES = "gaps.geojson", "sites.geojson"

# Shapes of what is reached are in plan.json; answers of figures go without.
_SHAPES: Final = {"covered", "backup", "covered_before"}
_ELSEWHERE: Final = {"coverages", "gaps", "proposals", "change", "checks", "methods", "fairness"}


def plan_parts(plan: CityPlan) -> list[Part]:
    """Every file of data: the whole, the figures, and gaps and sites as GeoJSON (RFC 7946)."""
    whole = plan_document(plan) | {"label": _label(plan)}
    about = {name: value for name, value in whole.items() if name not in _ELSEWHERE}
    figures = {
        name: [_without(_SHAPES, each) for each in whole[name]] for name in ("coverages", "change")
    }
    rest = {name: whole[name] for name in ("fairness", "checks", "methods")}
    return [
        _part(PLAN, JSON, whole),
        _part(COVERAGE, JSON, about | figures | rest),
        _part(GAPS, GEOJSON, _gaps(plan.gaps) | about),
        _part(SITES, GEOJSON, _sites(plan.proposals) | about),
    ]


def zipped_part(name: str, media_type: str, content: bytes, *, policy: str | None = None) -> Part:
    """A file, compressed; equal content gives equal bytes."""
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    return Part(name=name, media_type=media_type, content=packed, policy=policy)


def summary(plan: CityPlan) -> dict[str, Any]:
    """The plan's figures without shapes, sites and method: what a page of many plans shows."""
    whole = [
        replace(each, covered=None, backup=None)
        for each in plan.coverages
        if each.lens == ALL_STATIONS
    ]
    return plan_document(
        replace(plan, coverages=whole, gaps=[], proposals=None, change=[], checks=[], methods=[])
    )


def _label(plan: CityPlan) -> dict[str, str] | None:
    return SYNTHETIC._asdict() if plan.synthetic else None


def _part(name: str, media_type: str, value: object) -> Part:
    return zipped_part(name, media_type, orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


def _without(names: set[str], document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def _gaps(found: Sequence[Gaps]) -> dict[str, Any]:
    """A feature for each gap; the totals of each threshold beside them."""
    features = [
        _feature(
            {"threshold": document_of(each.threshold), **_without({"outline"}, document_of(gap))},
            document_of(gap.outline),
        )
        for each in found
        for gap in each.ranked
    ]
    totals = [_without({"ranked"}, document_of(each)) for each in found]
    return _collection(features) | {"totals": totals}


def _sites(proposals: Proposals | None) -> dict[str, Any]:
    """The sites of the order to build in, then those of the best set for each number."""
    if proposals is None:
        return _collection([]) | {"proposals": None}
    about = _without({"nested", "optima"}, document_of(proposals))
    optima = [_without({"sites"}, document_of(each)) for each in proposals.optima]
    features = list(_site_features(proposals))
    return _collection(features) | {"proposals": about | {"optima": optima}}


def _site_features(proposals: Proposals) -> Iterator[dict[str, Any]]:
    for site in proposals.nested:
        yield _site(site, {"of": "nested"})
    for best in proposals.optima:
        for site in best.sites:
            yield _site(site, {"of": "optimum", "count": best.count})


def _site(site: Proposal, of: dict[str, Any]) -> dict[str, Any]:
    """The search area where the data decide no point, else the point."""
    document = document_of(site)
    point = {"type": "Point", "coordinates": document["position"]}
    return _feature(of | _without({"area"}, document), document["area"] or point)


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
