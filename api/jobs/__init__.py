"""Plans as jobs: asked for, computed in a process of their own, answered by any worker."""
