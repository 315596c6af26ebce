"""Certificates drawn as PDF."""
