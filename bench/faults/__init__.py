"""A benchmark of faults in fine-tunes of encoder-decoder models: see docs/faults.md."""
