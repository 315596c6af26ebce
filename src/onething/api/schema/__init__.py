"""The description of the API (OpenAPI 3.1) as strangers read it and as programs generate clients from it."""
