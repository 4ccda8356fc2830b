"""The models at work: loaded, exchanged, asked in batches on one thread, and watched."""
