"""The evidence bundle of a promotion: what it rests on, and the proof of it, without the home."""
