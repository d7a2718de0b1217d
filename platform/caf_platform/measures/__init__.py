"""Arithmetic that monitors and gates share: fit, certainty, and how far a column has moved."""
