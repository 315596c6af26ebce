"""The expression language: a FEEL subset (DMN 1.5) with Unicode names, Decimal numbers and three-valued conditions.

Text → tokens (`lexer`) → tree (`syntax`, `parser`) → closures (`compile`). Nothing is ever given to Python's `eval`.
"""
