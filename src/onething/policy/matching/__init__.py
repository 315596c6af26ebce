"""Which company may have what: all clauses over all companies, one company over all clauses, one clause over all companies."""
