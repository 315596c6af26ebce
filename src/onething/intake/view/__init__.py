"""What the pages of a filing show."""
