"""Who is asking: sign-in by OpenID Connect and the principal that comes of it.

Floor 2. Door: `service`.
"""
