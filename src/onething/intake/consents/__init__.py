"""Which registries may be asked instead of the applicant, and asking them."""
