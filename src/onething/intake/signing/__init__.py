"""A group signs one filing; the face of each beside the identity card."""
