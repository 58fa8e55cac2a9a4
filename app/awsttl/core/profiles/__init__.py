"""Settings, caches and environment → profiles with their sessions."""
