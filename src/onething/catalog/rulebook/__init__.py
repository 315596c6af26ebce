"""The rules of a city by name and version, and what officials do with them."""
