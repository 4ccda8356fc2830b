"""Makes a Subject of what there is: a live Trainer, a recipe, a finished run."""
