"""The rule editor of the console."""
