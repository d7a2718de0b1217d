"""The stages of a batch's way, each a plain function: parameters in, result out.

No path, tracker, clock or framework inside; `caf_pipelines.lifecycle` binds them to stores and
`caf_pipelines.flows` to Prefect.
"""
