"""From cases and feedback that come in to examples that a model may learn from.

Nothing that comes in is trained on as it is. It loses its identifiers, is compared with every set that a
model is trained and tested on, waits in quarantine, and is released when two people agree what it is.
"""
