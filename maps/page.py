"""A finished page: Folium's figure in our own frame, with what a server must know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from branca.element import Figure
from markupsafe import Markup

from maps import assets, safe
from maps.scan import refuse_foreign, scan

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("web")),
    autoescape=True,
    finalize=safe.markup,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as HTML, and what its Content-Security-Policy must admit.

    ``script_hashes`` are the source expressions (``sha256-…``, without quotes) of exactly
    the inline scripts that stand in the page; ``image_hosts`` are the hosts of the tile
    provider, none by default.
    """

    html: str
    script_hashes: tuple[str, ...]
    image_hosts: tuple[str, ...] = ()

    @property
    def content_security_policy(self) -> str:
        """The policy under which the page works and nothing else runs or loads.

        No ``unsafe-inline`` anywhere: Leaflet sets styles through the CSSOM, which
        ``style-src`` does not concern. Who may embed the page is for the server to say.
        """
        hashes = "".join(f" '{source}'" for source in self.script_hashes)
        # Leaflet puts an empty data: image into the place of a tile that it gives up.
        images = "".join(f" https://{host}" for host in self.image_hosts)
        images += " data:" if images else ""
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self'{hashes}",
                "style-src 'self'",
                f"img-src 'self'{images}",
                "base-uri 'none'",
                "form-action 'none'",
            )
        )

    @property
    def with_policy(self) -> str:
        """The page with its policy in itself, for hosts that send no headers."""
        meta = (
            '<meta http-equiv="Content-Security-Policy" '
            f'content="{safe.markup(self.content_security_policy)}">'
        )
        return self.html.replace("<head>", f"<head>\n{meta}", 1)


class Page(Figure):
    """A branca figure whose frame is one of our templates instead of branca's.

    ``values`` reach the template through :func:`maps.safe.markup`; ``pages`` are the
    relative addresses of other pages that this one may link to.
    """

    def __init__(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        pages: set[str],
        image_hosts: tuple[str, ...],
    ) -> None:
        super().__init__()
        self.header._children.clear()  # noqa: SLF001  # branca's meta tag; the template has its own
        self._frame = _TEMPLATES.get_template(template)
        self._values = values
        self._pages = pages
        self._image_hosts = image_hosts

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401  # the signature is branca's
        """The page as HTML."""
        for child in self._children.values():
            child.render(**kwargs)
        return self._frame.render(
            header=Markup(self.header.render(**kwargs)),  # noqa: S704  # made by layers.py alone
            body=Markup(self.html.render(**kwargs)),  # noqa: S704
            script=Markup(self.script.render(**kwargs)),  # noqa: S704
            asset=assets.url,
            **self._values,
        )

    def rendered(self) -> RenderedPage:
        """The page with the hashes of its inline scripts.

        Raises :class:`~geo.errors.SetupError` if it names an address that is not ours.
        """
        html = self.render()
        found = scan(html)
        refuse_foreign(found, pages=self._pages, hosts=self._image_hosts)
        hashes = tuple(safe.script_hash(script) for script in found.scripts)
        return RenderedPage(html, hashes, self._image_hosts)
