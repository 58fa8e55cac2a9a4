"""Measures awsttl beside its references: ``python -m tests.benchmarks``, or ``make bench``."""
