"""``yizhan precompute``: the standard plans that the service answers with, computed now."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json
from geo.text import Text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from api.settings import Settings
    from geo.places import Places
    from geo.snapshot import Snapshot
    from geo.store import Wanted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(precompute)


def precompute(
    city: Annotated[
        list[str] | None,
        typer.Argument(help="城市；默认名录各省的所有市 / cities; all of the catalogue by default"),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """算好标准规划，供服务直接回答 / Compute the standard plans that the service answers with.

    正在运行的服务会自己在后台算；关闭后台计算（YIZHAN_PLAN_AHEAD=false）时用它。
    A running service does this by itself, unless YIZHAN_PLAN_AHEAD=false.
    """
    from rich.progress import Progress

    from api.cli.output import errors
    from api.cli.stores import opened_store
    from api.current import publish_head
    from api.jobs.computing import compute
    from geo.places import load_places

    places = load_places()
    computed = []
    with opened_store(demo=demo) as (settings, store):
        wanted = _wanted(settings, publish_head(settings, store), places, city or [])
        with Progress(console=errors, transient=True) as bar:
            for nth, each in enumerate(wanted, 1):
                if store.plans.get(each.key):
                    continue
                name = f"{nth}/{len(wanted)} {places.get(each.city, 'city').name}"
                show = partial(_show, bar, bar.add_task(name, total=1.0), name)
                store.plans.put(compute(settings, store, each, show))
                computed.append(each.city)
    kept = [each.city for each in wanted if each.city not in computed]
    if as_json:
        print_json({"computed": computed, "kept": kept})
        return
    console.print(
        f"算好 {len(computed)} 个市，{len(kept)} 个市已有 / "
        f"{len(computed)} cities computed, {len(kept)} were there"
    )


def _show(bar: "Progress", task: "TaskID", name: str, share: float, stage: Text) -> None:
    bar.update(task, completed=share, description=f"{name} · {stage.zh} / {stage.en}")


def _wanted(
    settings: "Settings", snapshot: "Snapshot", places: "Places", cities: list[str]
) -> list["Wanted"]:
    from api.cities import city_of
    from api.jobs.wanted import standard_plans, wanted_plan

    if not cities:
        return list(standard_plans(settings, snapshot, places))
    return [wanted_plan(settings, snapshot, city_of(places, city)) for city in cities]
