"""What is proved about a line without running it; backends read it, the reference interpreter must not."""
