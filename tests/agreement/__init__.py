"""Holds what awsttl predicts against what the real AWS CLIs do: ``make agreement``."""
