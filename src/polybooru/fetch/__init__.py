"""The one guarded way out to other hosts. Start reading at `fetcher`."""
