"""Cases as people see them: read, listed, searched, told."""
