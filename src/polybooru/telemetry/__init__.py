"""Logs and metrics are set up here, once, by `app` and `cli`."""
