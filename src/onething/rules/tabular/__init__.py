"""Decision tables: reading them from YAML, CSV and Excel, deciding by hit policy, writing them back."""
