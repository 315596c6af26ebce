"""Banks, each behind the Protocol in `onething.payments.bank`."""
