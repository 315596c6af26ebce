"""Static checks: what is wrong with rules before anybody is decided by them."""
