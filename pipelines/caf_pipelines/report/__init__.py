"""One self-contained page that tells a play, made from its ledger and its lake and nothing else."""
