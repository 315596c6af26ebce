"""Does a package hang together? Every name that points at something is followed."""
