"""From lines to a tree: kinds of lines, articles, references, names of laws. Pure; files are read by `documents.prose`."""
