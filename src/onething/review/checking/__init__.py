"""Running the checks that a life event declares as data: all at once, under a time budget, each with a trace.

Components (`contrib/`) find things out; the conditions in the city's `checks.yaml` judge; nothing is decided unseen.
"""
