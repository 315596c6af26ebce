"""Officials' pages about rules: browsing, editing, trying."""
