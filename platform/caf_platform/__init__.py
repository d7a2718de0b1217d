"""The ground floor: what every other room stands on, and the only door to production."""

__version__ = "0.1.0"
