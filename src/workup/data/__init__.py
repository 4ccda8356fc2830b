"""Rows from files and installed sources, honest splits, and the search for near-copies between sets."""
