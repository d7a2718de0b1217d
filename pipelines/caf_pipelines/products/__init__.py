"""Data products: files of rows that leave the platform on record, and the way back from one."""
