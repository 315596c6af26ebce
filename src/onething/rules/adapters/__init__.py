"""The same conditions for other engines: Polars expressions, SQL through Ibis, Spark through the bitmap kernel."""
