"""Everything medical, and nothing else is: the case book and what is built on it."""
