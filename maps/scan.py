"""What a finished page would load, follow and run: read from its HTML, not from what we meant."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from geo.errors import SetupError
from maps import assets

_ADDRESSES = frozenset(
    {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "ping"}
)


@dataclass(slots=True)
class Scan:
    """``addresses`` in attributes, inline ``scripts`` as they stand, other inline code."""

    addresses: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    other_code: list[str] = field(default_factory=list)


def scan(html: str) -> Scan:
    """Everything in a page that a browser would fetch, follow or run.

    Blocks of data (``<script type="application/json">``) are none of these.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.found


def refuse_foreign(found: Scan, *, pages: Collection[str], hosts: Collection[str] = ()) -> None:
    """Raise :class:`SetupError` if a page would load or link to what is not ours.

    Ours are the assets, the ``pages`` named, anchors within the page, and in scripts the
    ``hosts`` of the tile provider that the user chose.
    """
    ours = {f"{assets.FOLDER}/{name}" for name in assets.files()} | {*pages, ""}
    foreign = [address for address in found.addresses if address.split("#")[0] not in ours]
    for code in (*found.scripts, *found.other_code):
        foreign += [host for host in _hosts(code) if not _is_one_of(host, hosts)]
    if foreign:
        raise SetupError(
            f"页面引用了外部地址，而地图必须离线可用：{foreign[0]}",
            f"the page names an address that is not ours, and maps work offline: {foreign[0]}",
        )


def _hosts(code: str) -> Iterator[str]:
    return (match.group(1) for match in re.finditer(r"//([\w{}-]+(?:\.[\w{}-]+)+)", code))


def _is_one_of(host: str, hosts: Collection[str]) -> bool:
    """Whether a host, or the template ``t{s}.…`` of some, is among those allowed."""
    pattern = re.escape(host).replace(re.escape("{s}"), r"\w+")
    return any(re.fullmatch(pattern, allowed) for allowed in hosts)


def _is_code(attribute: str) -> bool:
    return attribute == "style" or attribute.startswith("on")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Scan()
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found.addresses += [value for name, value in values.items() if name in _ADDRESSES]
        self.found.other_code += [v for name, v in values.items() if _is_code(name)]
        self._open = self._block(tag, values)
        if self._open is not None:
            self._open.append("")

    def handle_endtag(self, _tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data

    def _block(self, tag: str, values: dict[str, str]) -> list[str] | None:
        if tag == "style":
            return self.found.other_code
        is_code = values.get("type", "") in {"", "module", "text/javascript"}
        inline_script = tag == "script" and "src" not in values and is_code
        return self.found.scripts if inline_script else None
