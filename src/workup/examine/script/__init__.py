"""The examination of a script that is only read: nothing of it is run.

`source` reads a Python file or a notebook; `facts` says what is known about its names and calls, `roles` what
they are for in a fine-tune; `rules` judge that; `check` puts these together, and `fixes` mends what can be
mended without a doubt. A rule is silent where the script leaves it in doubt.
"""
