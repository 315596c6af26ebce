"""Data standards as data, and whether agencies' maps and answers fit them."""
