"""The transparency log: what went in stays in, in order, and everybody can prove it from a few hashes (RFC 9162)."""
