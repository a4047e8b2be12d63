"""Seeded measurements, each against a peer in the same run. ``scripts/bench NAME``."""
