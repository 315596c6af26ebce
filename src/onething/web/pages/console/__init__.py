"""The officials' console: inbox, papers, certificates, risk, robots."""
