"""Our own pages: what routes serve and what ``yizhan publish`` writes as static files."""
