"""The data catalogue: what is known of every dataset and column, and whether it is enough."""
