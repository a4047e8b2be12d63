"""What the stations of a network reach: service areas, and the land and people within them.

:mod:`~geo.coverage.areas` draws what lies within a radius. :mod:`~geo.coverage.faces` cuts the land
of a city into faces, each reached by its own set of stations, once for every threshold; what
:mod:`~geo.coverage.measuring` then says under any lens, at any hour, is a sum over faces.
"""
