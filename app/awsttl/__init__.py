"""awsttl: top for AWS sessions."""

__version__ = "0.1.0"
