"""What a person fills in about a profile, what is wrong with it, and the plan that it makes."""
