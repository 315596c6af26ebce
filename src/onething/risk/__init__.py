"""Risk: who is related to whom, what about a new company is out of the ordinary, and which few an officer should see.

Indicators are measured on the graph of relations as it was known at that moment; rules and a model weigh them; every
assessment keeps its trace and replays to the same result. A model only refers: it never refuses anybody.
"""
