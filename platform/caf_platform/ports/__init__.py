"""What the platform needs from the outside world, in its own words and types.

Each port here has its adapters under the same word in `caf_platform.adapters`, and one
contract test suite in `tests/platform/ports` that every adapter passes.
"""
