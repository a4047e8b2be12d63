"""Folium's map and layers in our own kind: local assets, stable names, data as data.

What a layer draws travels as JSON (:func:`maps.safe.json_block`); the script that Folium
writes for it is one fixed call of a function in ``maps/web``. So no text of the data ever
becomes code or markup, and equal data give equal bytes.
"""

from collections.abc import Sequence

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from geo.position import BBox
from geo.station import Datum
from maps import assets, drawing, safe
from maps.basemaps import TileProvider

_MAX_ZOOM = 18


class OfflineMap(folium.Map):
    """A Folium map that loads nothing from elsewhere, in the datum of its tiles."""

    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="map-canvas" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = yizhan.map(
            {{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
    """)

    def __init__(
        self, *, initial: BBox, whole: BBox, datum: Datum, tiles: TileProvider | None
    ) -> None:
        super().__init__(tiles=None)
        self._id = "stations"
        self.default_js = _links("leaflet.js", "core.js")
        self.default_css = _links("leaflet.css", "page.css")
        self.options = {
            "initial": drawing.view(initial, datum=datum),
            "whole": drawing.view(whole, datum=datum),
            "maxZoom": _MAX_ZOOM,
            "zoomSnap": 1 if tiles else 0.5,
        }
        if tiles:
            for number, url in enumerate(tiles.urls):
                self.add_child(_tile_layer(tiles, url, number))


class Drawn(JSCSSMixin, Layer):
    """A layer that one of our scripts draws from a block of data.

    ``key`` names it for the legend's check box; ``factory`` is the function of ``yizhan``
    in one of the ``scripts`` that takes the data and gives the Leaflet layer.
    """

    _template = Template("""
        {% macro html(this, kwargs) %}
        <script type="application/json" id="{{ this.key }}-data">{{ this.block }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = yizhan.{{ this.factory }}("{{ this.key }}");
        {% endmacro %}
    """)

    def __init__(
        self,
        key: str,
        factory: str,
        data: object,
        *,
        scripts: Sequence[str],
        styles: Sequence[str] = (),
        show: bool = True,
    ) -> None:
        super().__init__(name=key, overlay=True, control=False, show=show)
        self._name = "layer"
        self._id = key
        self.key = key
        self.factory = factory
        self.block = safe.json_block(data)
        self.default_js = _links(*scripts)
        self.default_css = _links(*styles)


class Data(JSCSSMixin, MacroElement):
    """Data of a page that is no layer of the map: tables, curves, states."""

    _template = Template("""
        {% macro html(this, kwargs) %}
        <script type="application/json" id="{{ this.key }}-data">{{ this.block }}</script>
        {% endmacro %}
    """)

    def __init__(self, key: str, data: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is not typed
        self._name = "data"
        self._id = key
        self.key = key
        self.block = safe.json_block(data)
        self.default_js = []
        self.default_css = []


class Panel(JSCSSMixin, Layer):
    """The last child: joins legend, list and map once every layer is there.

    Other ``scripts`` put what they have to join into ``yizhan.joined``, and are asked in order.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        yizhan.panel({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self, *, scripts: Sequence[str] = (), styles: Sequence[str] = ()) -> None:
        super().__init__(name="panel", overlay=True, control=False, show=False)
        self._id = "panel"
        self.default_js = _links("panel.js", *scripts)
        self.default_css = _links(*styles)


def _links(*names: str) -> list[tuple[str, str]]:
    return [(name, assets.url(name)) for name in names]


def _tile_layer(tiles: TileProvider, url: str, number: int) -> Layer:
    layer: Layer = folium.TileLayer(
        tiles=url,
        attr=tiles.attribution.en,
        name="tiles",
        subdomains=tiles.subdomains,
        max_zoom=_MAX_ZOOM,
        overlay=number > 0,
        control=False,
        # Some providers refuse who does not say whence; a page's address is not theirs to know.
        referrer_policy="origin",
    )
    layer._id = f"tiles_{number}"  # noqa: SLF001  # branca's ids are random otherwise
    return layer
