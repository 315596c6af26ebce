"""A whole population at once: packed bitmaps over shared atomic predicates, with the same meaning as row evaluation."""
