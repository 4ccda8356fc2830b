"""Exact probabilities of known answers: `closed_set.ClosedSet`, and the parts it is made of."""
