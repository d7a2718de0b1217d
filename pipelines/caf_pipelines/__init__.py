"""The top floor: stages, the lifecycle that binds them to stores, orchestration, and the CLI."""
