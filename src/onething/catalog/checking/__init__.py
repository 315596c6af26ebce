"""Checks of a city package: every name that refers to something is followed."""
