"""Document types as data, and values in normal form that must agree with each other."""
