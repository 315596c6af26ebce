"""Officials' pages about policies: regulations, the city's view, what-if, suggestions."""
