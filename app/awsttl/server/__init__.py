"""The loopback endpoint: sessions that live on, for the AWS CLIs and SDKs of this user."""
