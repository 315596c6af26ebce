"""What pages show, put together from what rooms give."""
