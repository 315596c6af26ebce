"""Company names: taken apart, compared by characters, sound and meaning-bearing part, and found among a million.

The door is `service.py`. Nothing here decides: it says how alike two names are, and the law's rules judge.
"""
