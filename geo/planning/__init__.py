"""Planners' questions about one city, asked together and answered as one :class:`CityPlan`."""
