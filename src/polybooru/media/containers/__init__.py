"""The byte layout of each picture format, read without decoding a pixel.

One module a format: `clean` copies what draws the picture and leaves out metadata and everything behind the
end; `frame_delays_ms` counts before anything is decoded. All take and return bytes and raise CorruptFile.
"""
