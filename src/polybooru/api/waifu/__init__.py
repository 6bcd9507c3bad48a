"""The waifu.im dialect, version 5; see README.md."""
