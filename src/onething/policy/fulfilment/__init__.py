"""Paid without applying (免申即享): from a match to a notice, a time to object, and the payment."""
