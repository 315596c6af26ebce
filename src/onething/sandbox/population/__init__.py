"""The people of the synthetic city: drawn from a seed, the same on every machine, written into each agency's own database."""
