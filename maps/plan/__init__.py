"""Pages for planners: what one city's stations reach, and how the cities of a province compare."""

from maps.plan.city import render_plan
from maps.plan.links import FileLink
from maps.plan.ranking import render_ranking

__all__ = ["FileLink", "render_plan", "render_ranking"]
