"""Justice: a time stamp authority, a notary and a court, each its own process with its own keys, book and checks."""
