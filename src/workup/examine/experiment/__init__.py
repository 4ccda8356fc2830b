"""Experiments on a fine-tune: copies of its parts answer, or are trained a little, and are compared."""
