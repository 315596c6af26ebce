"""Officers' work: inbox, supplements, faulty registries, risk, what waits for an agency."""
