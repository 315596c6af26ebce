"""What every page stands on: the application, sessions, guards, templates, words, assets."""
