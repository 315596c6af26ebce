"""Companies of the sandbox: made by number, as agencies' deliveries or as whole columns; some with an agent who signs in."""
