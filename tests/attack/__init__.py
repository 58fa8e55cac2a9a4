"""Throws at awsttl whatever may come in, and counts the harm that was done: ``make attack``."""
