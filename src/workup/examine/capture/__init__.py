"""A user's unmodified script is run and watched, and what was seen becomes a Subject.

`script` runs it as Python would; `launchers` knows who may have started it; `hooks` waits for the libraries
it imports; `seams` are the places where they are watched; `seen` keeps what goes by, `own_loss` the labels of
a loss of its own, `texts` which text became which ids, `generations` what was answered, `reloads` whether
what was loaded is what was saved; `subject` makes the Subject of it; `watch` decides when to examine.
"""
