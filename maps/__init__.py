"""Drawing: Folium maps of cities and provinces. Knows ``geo`` and nothing of the web service."""
