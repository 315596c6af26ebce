"""People and organisations known to the platform, their contacts and relations; found by keyed hash, shown masked.

Floor 2.
"""
