"""The REST API with OpenAPI, for everything the pages can do. Mounted by `web` under `/api/v1`. Floor 6.

Callers bring an ID token of the identity provider as bearer; errors are RFC 9457 JSON in both languages.
"""
