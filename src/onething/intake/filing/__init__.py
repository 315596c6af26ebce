"""The filing itself: kept, answered, checked, submitted once."""
