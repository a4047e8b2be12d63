"""The domain of yizhan: stations, where they are, and which are near.

This package knows no web, no drawing and no settings. Inside it every position
is WGS-84 in the order ``lon, lat`` in degrees, every distance is in metres, and
every text for people is a :class:`geo.text.Text` in Chinese and English.
"""
