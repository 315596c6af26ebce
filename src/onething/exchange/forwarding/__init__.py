"""Store and forward: orders for agencies that are away."""
