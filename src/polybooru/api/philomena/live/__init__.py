"""What the board tells at once: the firehose, over Phoenix's channels.

`phoenix` (the frames), `events` (what is told), `firehose` (to whom), `socket` (one client).
"""
