"""onething: a person files once, and every agency does its part."""

__version__ = "0.1.0"
