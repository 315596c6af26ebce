"""From a clause of text to rules with their ground: read apart, draft, check, bound; what is not understood is listed."""
