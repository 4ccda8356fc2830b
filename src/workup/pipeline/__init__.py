"""The stages of a fine-tune, one module each: prompt, tokenization, batching, model, training, generation."""
