"""One typed data contract, compiled to every place that checks data.

`model` holds the contract; `parse` reads raw bytes into typed columns; `mask` answers per row
with reason codes; `request` checks a single record; `sql` writes the same rules for a
database; the Great Expectations suite is compiled by that library's adapter. A differential
test holds all of them to the same answer.
"""
