"""A throwaway home with a loopback AWS, in which every key works."""
