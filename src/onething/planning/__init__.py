"""From a life event and the evidence at hand to a parallel plan: sources, tasks, order, critical path; old way beside it.

A pure core: takes the catalog and facts, returns a `Plan`. Floor 3.
"""
