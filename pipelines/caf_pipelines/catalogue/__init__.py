"""The data catalogue gathered over all projects, profiled from the lake, and drawn as one page."""
