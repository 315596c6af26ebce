"""A case and how people see it: opened, stored, read, told."""
