"""Writes the evidence bundle of each promotion, and reads one back."""
