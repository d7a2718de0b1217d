"""Taking rows out of a home: a person's on request, and those kept as long as they may be."""
