"""Programs that nobody vouches for: limits on what they may take, and the fence around what they may do."""
