"""DMN 1.1–1.5: reading and running models in plain FEEL semantics, import, export, and the OMG conformance kit."""
