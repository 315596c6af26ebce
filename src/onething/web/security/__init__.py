"""What guards every request: headers, sizes, rates, forgery."""
