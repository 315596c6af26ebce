"""The policy sandbox: what a company would gain if it were different, what the city would pay if a clause were."""
