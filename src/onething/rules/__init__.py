"""Law and policy as versioned, explainable rules: a typed form with a FEEL subset, Kleene logic, decision tables, traces.

A pure core without I/O beyond reading rule files. Floor 1.
"""
