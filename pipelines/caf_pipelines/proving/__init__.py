"""Gathers what claims are judged by: the code's tags, tests that ran, ledger and lake, pages."""
