"""Two agencies' old web systems, made for Internet Explorer: frames, a session that runs out, a notice in the way.

They have no interface for programs. Robots operate them as clerks do; their own databases show what was entered.
"""
