"""The debugging guide that Workup grew out of, lived again: each of its failures made, examined and cured.

A `Phase` is one failure. It is produced for real in a `Lab`, on the built-in base and a task of our own
(`notes`); the examination is asked for the cause; one thing is changed; and what has become of it is counted.
What the guide said of it is measured as well. `terminal` and `page` show the same results.
"""
