"""From a file to a tree: readers, lines, articles, references. Pure but for the readers."""
