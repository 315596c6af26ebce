"""From a file to typed fields: upright page, lines, layout, fields; in bounded reader processes."""
