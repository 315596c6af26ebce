"""Which print is the value of which field: labels, values by type and their places weighed together over a whole page."""
