"""Headers for each kind of file of the site: one table for the service and for hosts.

``yizhan publish`` writes the same table as rules for nginx, for hosts that read ``_headers`` and
for object stores. What a ``<meta>`` element can say of it stands in the pages too, as a second
line (CSP Level 3 §3.3: not ``frame-ancestors``).
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from api.caching import FOR_GOOD, REVALIDATE

Kind = Literal["page", "embed", "map", "framed-map", "asset", "cell", "data"]


class Rule(NamedTuple):
    """Paths below the root; a ``*`` at the end is any rest. No two rules fit the same path."""

    pattern: str
    kind: Kind


RULES: Final[Sequence[Rule]] = (
    Rule("/", "page"),
    Rule("/index.html", "page"),
    Rule("/city/*", "page"),
    Rule("/s/*", "page"),
    Rule("/embed/*", "embed"),
    Rule("/embed.js", "data"),
    Rule("/maps/*", "map"),
    Rule("/coverage/*", "framed-map"),
    Rule("/web/*", "asset"),
    Rule("/worker.js", "data"),
    Rule("/cells/13/*", "cell"),
    Rule("/cells/here/*", "data"),
    Rule("/cells/cities.json", "data"),
    Rule("/cells/cities/*", "data"),
    Rule("/cells/words/*", "data"),
    Rule("/cells/days/*", "data"),
)

NOBODY: Final = "'none'"
_SELF: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
)


def content_security_policy(*, image_hosts: Sequence[str] = ()) -> str:
    """The policy of our pages, without who may embed them."""
    images = "".join(f" https://{host}" for host in image_hosts)
    return f"{_SELF}img-src 'self' data:{images}"


def common_headers(*, hsts_s: int = 0) -> Mapping[str, str]:
    """What every answer is sent with. ``hsts_s`` is for how long a browser shall insist on https.

    Positions stand in query strings: no page of ours may pass them on as a referrer.
    """
    always = {
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    # RFC 6797 §6.1
    return always | ({"Strict-Transport-Security": f"max-age={hsts_s}"} if hsts_s else {})


def drawn_headers(policy: str) -> Mapping[str, str]:
    """The headers of a page whose ``policy`` names its scripts; no other site may embed it."""
    sent = headers("map")
    ancestors = sent["Content-Security-Policy"]
    return {**sent, "Content-Security-Policy": f"{policy}; {ancestors}"}


def headers(
    kind: Kind, *, image_hosts: Sequence[str] = (), parents: str = "*"
) -> Mapping[str, str]:
    """The headers of a kind of file.

    ``image_hosts`` are those of the tile provider; ``parents`` are the sources that may embed
    an embed or a framed map (CSP Level 3 §6.4.2), and nobody any other page. A map's scripts are
    admitted by their hashes, which its own policy names.
    """
    if kind in {"asset", "cell"}:
        return {"Cache-Control": FOR_GOOD}
    if kind == "data":
        return {"Cache-Control": REVALIDATE}
    ancestors = f"frame-ancestors {parents if kind in {'embed', 'framed-map'} else NOBODY}"
    policy = (
        ""
        if kind in {"map", "framed-map"}
        else f"{content_security_policy(image_hosts=image_hosts)}; "
    )
    return {
        "Cache-Control": REVALIDATE,
        "Content-Security-Policy": policy + ancestors,
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    }
