"""A city package from its YAML files to one `City`, every mistake traced to its line."""
