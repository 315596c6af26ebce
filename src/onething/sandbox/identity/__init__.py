"""An OpenID Connect provider for the people of the sandbox: citizens and officials, no passwords."""
