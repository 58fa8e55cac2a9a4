"""Textual: draws rows, turns keys into actions."""
