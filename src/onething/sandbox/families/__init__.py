"""Synthetic filings of newborns, as facts with origins, sound or with one known fault. Shares no code with the review."""
