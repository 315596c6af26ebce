"""Commands about logs: looking after them, bringing them back, running a witness."""
