"""A new city, or a new life event, written so that it passes `catalog check` and `catalog test` as it stands."""
