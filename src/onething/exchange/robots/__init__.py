"""Robots as officials see them: runs and the pictures of each step."""
