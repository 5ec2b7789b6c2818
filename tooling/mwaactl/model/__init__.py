"""Frozen data and pure rules. No input or output."""
