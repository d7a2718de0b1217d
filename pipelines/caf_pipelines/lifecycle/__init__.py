"""Binds the stages to ledger, lake, tracking and clock, and moves through the calendar.

Everything here is idempotent: a step whose key is in the ledger is not run again, so a killed
play is continued by starting it once more.
"""
