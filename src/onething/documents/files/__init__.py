"""Files by format: what a file is, its pages, its codes."""
