"""Programs on a GPU, each thread with inputs of its own, or on the processor in its place."""
