"""Pages of a person about her cases: the case, supplements, certificates, who asked about her."""
