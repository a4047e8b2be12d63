"""Readers, one per format: they yield raw rows and judge nothing."""
