"""A city's agencies, people and officials from its `sandbox/*.yaml`, and its filings tried on them. No program per city."""
