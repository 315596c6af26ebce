"""A rule text as something that can be edited cell by cell and written again. Pure."""
