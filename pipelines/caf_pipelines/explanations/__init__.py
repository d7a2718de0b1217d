"""Explains one recorded answer, and what each feature is worth and costs."""
