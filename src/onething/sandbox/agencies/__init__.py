"""The eight agencies: each a FastAPI service with its own database, its own field names and its own way of saying no."""
