"""``yizhan geocode``: positions for the rows that wait for one, by their addresses."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.errors import GeocodingError
    from geo.geocoding import Geocoder
    from geo.places import Places
    from geo.store import Pending, Store

_BATCH = 100


class ProviderChoice(StrEnum):
    """Whose service is asked."""

    AMAP = "amap"
    TIANDITU = "tianditu"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(geocode)


def geocode(
    provider: Annotated[ProviderChoice, typer.Option(help="高德或天地图 / whose service")],
    list_key: Annotated[
        str | None, typer.Option("--list", help="只这一份名录 / one list alone")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="最多几行 / at most", min=1)] = None,
    who: Annotated[str, typer.Option(help="操作者 / who", envvar="YIZHAN_WHO")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """按地址定位；密钥在 YIZHAN_AMAP_KEY、YIZHAN_TIANDITU_KEY / Locate rows by address."""
    from api.cli.progress import import_progress
    from api.cli.stores import opened_store, user
    from api.current import publish_aside

    with opened_store(demo=demo) as (settings, store):
        waiting = store.pending(list_key=list_key)[:limit]
        outcomes: Counter[str] = Counter()
        trouble: GeocodingError | None = None
        with _geocoder(settings, provider) as geocoder, import_progress() as progress:
            for first in range(0, len(waiting), _BATCH):
                progress("定位 / locating", first / len(waiting))
                batch = waiting[first : first + _BATCH]
                trouble = _locate(store, batch, geocoder, outcomes, who or user())
                if trouble:
                    break
        if outcomes["located"]:
            publish_aside(settings)
    left = len(waiting) - outcomes["located"]
    if as_json:
        print_json({"rows": len(waiting), "pending": left, **outcomes})
    else:
        console.print(f"行 {len(waiting)} = 已定位 {outcomes['located']} + 仍待定位 {left}")
        console.print(f"rows {len(waiting)} = located {outcomes['located']} + pending {left}")
        for reason in ("not_found", "too_coarse", "elsewhere", "no_address", "refused"):
            if outcomes[reason]:
                console.print(f"  {reason}: {outcomes[reason]}")
    if trouble:
        raise trouble


def _geocoder(settings: "Settings", provider: ProviderChoice) -> "Geocoder":
    from geo.errors import SetupError
    from geo.geocoding import Geocoder
    from geo.places import load_places

    key = settings.amap_key if provider is ProviderChoice.AMAP else settings.tianditu_key
    if key is None:
        name = f"YIZHAN_{provider.upper()}_KEY"
        raise SetupError(f"请设置环境变量 {name}", f"set the environment variable {name}")
    return Geocoder(
        provider.value,
        key.get_secret_value(),
        load_places(),
        base_url=settings.geocoder_url,
        per_second=settings.geocoder_per_second,
    )


def _locate(
    store: "Store",
    batch: Sequence["Pending"],
    geocoder: "Geocoder",
    outcomes: Counter[str],
    who: str,
) -> "GeocodingError | None":
    """One batch, kept as one revision; the error that ends the run, if there is one."""
    from geo.errors import GeocodingError
    from geo.geocoding import Geocoded
    from geo.importing.located import keep_located
    from geo.places import load_places

    places = load_places()
    found: list[tuple[Pending, Geocoded]] = []
    trouble = None
    for row in batch:
        address = row.fields.get("address", "")
        if not address:
            outcomes["no_address"] += 1
            continue
        try:
            outcome = geocoder.geocode(address, city=_city(store, row, places))
        except GeocodingError as error:
            trouble = error
            break
        if isinstance(outcome, Geocoded):
            found.append((row, outcome))
        else:
            outcomes[outcome.reason] += 1
    kept = keep_located(store, found, places, who=who, on=date.today()) if found else 0  # noqa: DTZ011 (the office's day)
    outcomes["located"] += kept
    outcomes["refused"] += len(found) - kept
    return trouble


def _city(store: "Store", row: "Pending", places: "Places") -> str:
    """The city of the row's district, else that of its list."""
    district = row.fields.get("district", "")
    if len(district) == 6 and district.isdecimal():
        return places.get(district, "district").parent or district
    lists = {each.path: each for each in store.info().declarations}
    return lists[row.list_key].area
