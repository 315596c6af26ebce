"""The durable run of a case's plan: claimed, carried out, recorded, and what happens next."""
