"""Game days: a fault is injected at the edge of a real play, and exactly one part must refuse."""
