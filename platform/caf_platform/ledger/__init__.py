"""The ledger: an append-only, hash-chained log that is the only source of truth.

`events` says what can happen, `tail` how it is appended, `stored` what a row holds, `chain`
proves that nobody edited it, `state` folds it into what is true now. It holds digests, counts
and decisions, never row values, so that a person's data can be erased without touching it.
"""
