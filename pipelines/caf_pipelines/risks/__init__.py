"""The risk register read from its file, judged by tests, and drawn as one page."""
