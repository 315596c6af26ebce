"""A company's pages: what it is given, its profile, its sandbox."""
