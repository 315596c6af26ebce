"""Officers' work: the inbox, a closer look at a paper, risk, what waits for an agency."""
