"""Models: the families that can be trained, their safe files, and the scorer that opens them."""
