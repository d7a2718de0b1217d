"""The one door to production: what it asks, how it judges, and the approvals it honours."""
