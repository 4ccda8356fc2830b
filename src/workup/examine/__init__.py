"""The examination of a fine-tune: a `Subject` goes through the catalogue of checks and comes out as a Report.

A check asks for parts of the subject, or for what is measured from them (`measurements`), by parameter name
(`parts`); the runner makes every check that can be made, each in a session after which nothing is changed
(`session`). `finding` and `check` say what a check is and what it says.
"""
