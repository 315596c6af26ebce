"""From a clause of text to rules with their ground: parse, draft, check, bound; what is not understood is listed."""
