"""A case: its rows, its work in memory, who may see it, its timeline. Nothing is decided here."""
