"""User text → safe HTML, within a budget. Pure: knows no rows, no requests, no settings.

`render` is for writing, `show` for reading what it made. What the language is: docs/reference/markup.md.
"""

from polybooru.markup.references import Embed, Picture, Reference, Shown, references, show
from polybooru.markup.rendering import Rendered, render

__all__ = ["Embed", "Picture", "Reference", "Rendered", "Shown", "references", "render", "show"]
