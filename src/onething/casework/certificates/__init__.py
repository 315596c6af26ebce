"""Certificates of a case: issued, kept through their life, catalogued, told to a court."""
