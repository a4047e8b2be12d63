"""A list that is handed in: read, judged, compared with what is known, and only then kept."""
