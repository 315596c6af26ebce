"""Durable engines behind `casework.engine.Engine`."""
