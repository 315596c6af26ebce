"""What a process of an installation is, the work that comes round in it, and what it says of its health."""
