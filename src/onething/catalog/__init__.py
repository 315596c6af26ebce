"""What a city offers: life events, services, evidence types and agencies, as data that officials can read.

Loads city packages from `cities/`, validates them with names and lines, exports CPSV-AP. Floor 2.
"""
