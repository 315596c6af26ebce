"""Cases that a fault of ours or of the city package holds up, as an operator sees them."""
