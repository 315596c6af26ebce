"""What companies say of policies (政策体验官): gathered by meaning, routed, answered, tied to the version that resulted."""
