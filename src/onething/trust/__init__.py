"""What agencies sign, log and prove: keys and algorithms, the transparency log with its witnesses, packages for a court.

Nothing here needs to be believed because this system says so; every proof can be checked without it. Floor 1.
"""
