"""Clauses and relations that are kept: loading, conflicts, hints, export as RDF."""
