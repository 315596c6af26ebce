"""Pre-review of a filing: complete? consistent? compliant? Says at once what is wrong, where, and what to do.

A pure core: takes facts with their origins and the catalog, returns findings. Floor 3.
"""
