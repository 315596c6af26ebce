"""Profiles of companies: 120 dimensions, each value with its origin. Door: `service`, nouns: `models`."""
