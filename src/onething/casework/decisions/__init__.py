"""How a case is decided: law, checks, risk, reservations, refusals in writing."""
