"""Staying well while agencies are not: breaker, retries, message log written in groups."""
