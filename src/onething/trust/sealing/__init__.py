"""Personal data at rest: one key a person, values and files sealed under it, old rows sealed afterwards."""
