"""Ranking."""


def render_ranking() -> None: ...
