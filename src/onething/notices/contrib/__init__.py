"""Channels: how a message leaves the house. Found by entry point, see `notices.channels`."""
