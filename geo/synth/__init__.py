"""A synthetic catalogue for load and demonstration: seeded, labelled, never mixed with real."""

from geo.synth.catalogue import write_catalogue

__all__ = ["write_catalogue"]
