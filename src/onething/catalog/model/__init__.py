"""Nouns of the catalog by subject: agencies, checks of a filing, partners, conditions. `catalog.models` offers them."""
