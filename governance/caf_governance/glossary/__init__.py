"""The glossary: every measure, verdict and policy key in plain words, with a project's numbers."""
