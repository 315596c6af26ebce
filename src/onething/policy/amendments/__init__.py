"""What changed between two versions of a regulation, what cites it, and new drafts."""
