"""The built-in functions of FEEL, one small table per kind of value."""
