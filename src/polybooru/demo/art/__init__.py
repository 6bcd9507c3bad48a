# ruff: noqa: E501 — path data stays in one piece
"""Motifs of the demo library: each draws itself into a `Sheet` and says truthfully what is to be seen.

`svg` and `palette` are the tools; `sky`, `land`, `buildings`, `critters`, `birds`, `waterbirds` the things, `stage`
the places; the rest are motifs composed from them. Which motif comes when is decided in `demo/drawings.py`.
"""
