"""Legal time limits, and what comes due after a case has ended."""
