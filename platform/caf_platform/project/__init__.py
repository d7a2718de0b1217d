"""A use case as data: what `examples/<name>/project.py` declares and `policy.yaml` decides."""
