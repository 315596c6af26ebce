"""Adapters: how one kind of agency system is spoken to. Found by entry point, see `exchange.registry`."""
