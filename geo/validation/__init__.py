"""The door: rows become stations here, or findings, or both; nothing is printed."""

from geo.validation.catalogue import Catalogue, read_catalogue
from geo.validation.findings import Effect, Finding, Rule, Severity, rules

__all__ = ["Catalogue", "Effect", "Finding", "Rule", "Severity", "read_catalogue", "rules"]
