"""What rooms bring: the manifest of one, and how all of them are found."""
