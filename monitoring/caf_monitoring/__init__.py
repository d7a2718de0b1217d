"""Watching what is served, and deciding what to do about it.

`measure` turns frames into numbers, `evidence` holds the numbers of one window, `monitors`
judge them one by one, `triage` makes one action of all the readings, and `governor` says
whether a retraining may start. Judging is pure; whoever calls it reads stores and writes events.
"""
