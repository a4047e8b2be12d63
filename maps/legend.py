"""What stands beside the map in words: legend, figures, notes, sources."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from geo.boundaries import ATTRIBUTION
from geo.catalogue import SYNTHETIC, CatalogueInfo, Declaration
from geo.text import Text
from geo.vocabulary import vocabulary
from maps import density
from maps.facts import CityFacts
from maps.options import Options

HAND_IN = Text(
    "有名录的单位可按 data/stations/README.md 的字段词典逐行填写 CSV，"
    "在 catalog.toml 声明来源与坐标系后提交；不知道的留空。",
    "Whoever has a list can hand it in: a CSV with one row each, as the field dictionary in "
    "data/stations/README.md says, with its source and datum declared in catalog.toml; what is "
    "not known stays empty.",
)
NO_LIST = Text(
    "本市尚无公布的站点名录，所以图上没有站点：这不等于没有站点。",
    "No list of this city's stations has been published, so the map shows none: that does not "
    "mean there are none.",
)
KNOWN_ONLY = Text(
    "未着色处只表示服务半径内没有已知站点。",
    "Where no reach is drawn there is no known station within that distance.",
)
_NO_MARKETS = Text(
    "零工市场、零工客栈：尚无公布的名录。", "Odd-job markets and inns: no list published."
)
CENSUS = Text("人口：2020 年第七次全国人口普查", "People: 2020 census")


def frame(info: CatalogueInfo, revision: str, options: Options) -> dict[str, Any]:
    """What every page says of itself."""
    return {
        "synthetic": SYNTHETIC if info.synthetic else None,
        "revision": revision,
        "approval": options.approval,
        "datum": options.datum,
        "tiles": options.tiles.attribution if options.tiles else None,
        "boundaries": ATTRIBUTION,
        "census": CENSUS,
        "classes": density.CLASSES,
        "unknown_class": density.UNKNOWN_CLASS,
    }


def kinds_shown(counts: Mapping[str, int], foreign: Collection[str]) -> list[dict[str, Any]]:
    """The kinds on the map in the order of the vocabulary, with the numbers that are listed.

    A kind that only stations of neighbours have has no number.
    """
    return [
        {"code": code, "label": word.label, "count": _number(counts.get(code))}
        for code, word in vocabulary().kinds.items()
        if code in counts or code in foreign
    ]


def _number(count: int | None) -> str:
    return "—" if count is None else f"{count:,}"


def figures(facts: CityFacts) -> list[tuple[Text, str]]:
    """The city's figures, label and value."""
    known = len(facts.stations)
    lines = [(Text("已知站点", "Known stations"), f"{known:,}" if facts.has_list else "—")]
    if facts.completeness:
        lines.append(
            (
                Text("公布站点", "Published stations"),
                f"{facts.completeness.published:,}（{facts.completeness.as_of}）",
            )
        )
    if facts.place.people:
        lines.append((Text("人口", "People"), f"{facts.place.people:,}"))
    if facts.suspects:
        lines.append((Text("位置存疑", "Position in doubt"), str(facts.suspects)))
    if facts.not_open:
        lines.append((Text("未开放", "Not open"), str(facts.not_open)))
    return lines


def known_of_published(facts: CityFacts) -> Text | None:
    """How much of the published network is known, where that is known."""
    return facts.completeness.says(facts.listed_in_network) if facts.completeness else None


def notes(facts: CityFacts) -> list[Text]:
    """What a reader must know before drawing conclusions."""
    said = [KNOWN_ONLY] if facts.has_list else [NO_LIST, HAND_IN]
    if facts.completeness and facts.completeness.note:
        said.append(facts.completeness.note)
    if not facts.markets:
        said.append(_NO_MARKETS)
    return said + [d.note for d in facts.declarations if d.note]


def sources(declarations: Iterable[Declaration]) -> Sequence[tuple[str, str]]:
    """Each source with its licence and date."""
    return [
        (
            declaration.source,
            " · ".join(
                str(part) for part in (declaration.licence, declaration.collected_on) if part
            ),
        )
        for declaration in declarations
    ]
