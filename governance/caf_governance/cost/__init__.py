"""What a play cost and what it was worth, folded from the ledger's records; all of it pure.

`account` adds up what the stages measured, `prices` makes money of it, and `worth` sets what a
retraining cost beside what its gate measured. Nothing here is asked before a decision: the
governor's budget counts declared cost units, which no clock can change.
"""
