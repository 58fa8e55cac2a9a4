"""`a` and `h`: what a person chooses for good."""
