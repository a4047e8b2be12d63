"""The planner's page of one city."""

from collections.abc import Sequence
from typing import Any

from geo.catalogue import SYNTHETIC
from geo.hours import SHANGHAI
from geo.places import Places
from geo.planning import words
from geo.planning.model import CityPlan
from geo.snapshot import Snapshot
from geo.text import Text
from geo.vocabulary import vocabulary
from maps import density, legend, outlines
from maps.facts import CityFacts, city_facts
from maps.ground import Ground
from maps.layers import Data, Drawn, Panel
from maps.options import DEFAULT, Options
from maps.page import Page, RenderedPage
from maps.plan.change import change_block, change_layers, compared
from maps.plan.curve import curve
from maps.plan.districts import district_table
from maps.plan.drawn import district_layer, land, name_layer, reach_layers
from maps.plan.figures import figures
from maps.plan.gaps import gap_blocks
from maps.plan.lenses import GROUPS, lens_tables
from maps.plan.links import FileLink
from maps.plan.next_sites import next_block
from maps.plan.reach import of_plan
from maps.stations import station_layer

_SCRIPTS = ("tables.js", "choice.js", "next.js", "change.js", "plan.js")
_GROUPS = {
    "rest": Text("站点", "Stations"),
    "work": Text("零工市场", "Odd-job markets"),
}
_STANDARDS = {
    "double_15": Text("双15工程", "the 15-minute circle"),
    "six_haves": Text("六有", "the six haves"),
}


def render_plan(
    plan: CityPlan,
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    files: Sequence[FileLink] = (),
    ranking: str | None = None,
) -> RenderedPage:
    """The page of a plan, made from the snapshot that the plan was made from.

    ``files`` are offered for download, ``ranking`` is the address of the page of all cities.
    Equal input gives equal bytes.
    """
    facts = city_facts(places, snapshot, plan.place.adcode)
    ground = Ground(places, plan.place, plan.districts, options)
    page = Page(
        "plan.html",
        _values(plan, facts, snapshot, options) | {"files": files, "ranking": ranking},
        pages={each.href for each in files} | ({ranking} if ranking else set()),
        image_hosts=options.image_hosts,
    )
    canvas = ground.canvas(facts.stations)
    for layer in _layers(plan, ground, facts, snapshot, options):
        canvas.add_child(layer)
    for block in _data(plan, options):
        canvas.add_child(block)
    canvas.add_child(Panel(scripts=_SCRIPTS, styles=("plan.css",)))
    page.add_child(canvas)
    return page.rendered()


def _layers(
    plan: CityPlan, ground: Ground, facts: CityFacts, snapshot: Snapshot, options: Options
) -> list[Drawn]:
    return [
        *ground.backdrop(),
        land(ground, options),
        district_layer(plan, ground, options),
        *ground.base(),
        *reach_layers(plan, ground, options),
        *change_layers(plan, options),
        ground.borders(),
        Drawn("sites", "marks", {"class": "site", "areas": True, "rank": 0}, scripts=("marks.js",)),
        Drawn("gaps", "marks", {"class": "gap", "areas": False, "rank": 1}, scripts=("marks.js",)),
        station_layer(
            facts.stations,
            ground.foreign(snapshot),
            plan.districts,
            datum=options.datum,
            clustered=False,
            small=True,
        ),
        name_layer(plan, ground),
    ]


def _data(plan: CityPlan, options: Options) -> list[Data]:
    blocks = [
        Data("district-table", district_table(plan)),
        Data("gap-tables", gap_blocks(plan, options)),
        Data("lens-tables", lens_tables(plan)),
        Data("changes", change_block(plan)),
    ]
    if plan.proposals is not None:
        blocks.append(Data("next", next_block(plan, plan.proposals, options)))
    return blocks


def _values(
    plan: CityPlan, facts: CityFacts, snapshot: Snapshot, options: Options
) -> dict[str, Any]:
    place, proposals = plan.place, plan.proposals
    return legend.frame(snapshot.info, snapshot.revision, options) | {
        "title": Text(f"{place.name}驿站规划", f"Stations of {place.name_en}: a plan"),
        "known": words.known_line(plan),
        "notes": [each for each in plan.notes if each != SYNTHETIC],
        "plan": plan,
        "by_people": words.by_people(plan),
        "at_least": plan.at_least,
        "figures": figures(plan),
        "reaches": of_plan(plan),
        "known_only": legend.KNOWN_ONLY,
        "shares": _shares(plan),
        "uncovered": _layers_of(plan, "uncovered"),
        "backup": _layers_of(plan, "backup"),
        "compared": compared(plan),
        "since": words.since(plan.change[0]) if plan.change else None,
        "gap_title": words.gap_title(in_list=plan.at_least),
        "gap_counts": {each.threshold: each for each in plan.gaps},
        "kind_groups": _kind_groups(facts),
        "sites": proposals,
        "curve": curve(plan, proposals) if proposals else None,
        "site_notes": proposals.notes if proposals else (),
        "lens_groups": [(code, label) for code, label in GROUPS if code in lens_tables(plan)],
        "next_most": _next_most(plan),
        "checks": plan.checks,
        "standards": _STANDARDS,
        "percent": words.percent,
        "made_at": f"{plan.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 北京时间 UTC+8",
        "methods": plan.methods,
        "districts": [
            {
                "code": each.place.adcode,
                "name": Text(each.place.name, each.place.name_en),
                "listed": f"{each.listed:,}",
                "people": outlines.people_of(each.place),
                "rate": density.shown(each.per_100k),
            }
            for each in facts.districts
        ],
        "has_list": facts.has_list,
        "has_suspects": facts.suspects > 0,
        "has_base": options.base_map is not None,
        "has_tiles": options.tiles is not None,
        "sources": legend.sources(facts.declarations),
        "hand_in": legend.HAND_IN,
        "listed_on": plan.listed_on,
    }


def _next_most(plan: CityPlan) -> int:
    if plan.proposals is None:
        return 0
    return max([len(plan.proposals.nested), *(each.count for each in plan.proposals.optima)])


def _shares(plan: CityPlan) -> dict[str, dict[str, str]]:
    """What stands beside the layers of reach in the legend."""
    least = words.least(plan)
    by_people, found = words.by_people(plan), {}
    for reach in of_plan(plan):
        city = plan.coverage(reach.threshold).city
        backup = words.backup_share(city, people=by_people)
        found[reach.key] = {
            "reached": least + words.percent(words.share(plan, city)),
            "backup": least + words.percent(backup),
        }
    return found


def _layers_of(plan: CityPlan, name: str) -> list[tuple[str, Any]]:
    return [(f"{name}_{each.key}", each) for each in of_plan(plan)]


def _kind_groups(facts: CityFacts) -> list[dict[str, Any]]:
    """The kinds on the map by group, with how many are listed."""
    shown = legend.kinds_shown(facts.by_kind, set())
    words_of = vocabulary()
    found = []
    for group, label in words_of.groups.items():
        kinds = [each for each in shown if words_of.kinds[each["code"]].group == group]
        if kinds or group in _GROUPS:
            count = sum(facts.by_kind.get(each["code"], 0) for each in kinds)
            found.append(
                {
                    "code": group,
                    "label": _GROUPS.get(group, label),
                    "kinds": kinds,
                    "count": f"{count:,}",
                }
            )
    return found
