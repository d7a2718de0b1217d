"""Groups of people: how differently a model treats them, whether that may be, and what mends it."""
