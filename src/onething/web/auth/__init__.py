"""Signing in by OpenID Connect, sessions on the server, and who may open which page."""
