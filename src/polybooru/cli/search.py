"""`polybooru search`: find images from the shell."""

import json
from typing import Annotated

import typer

from polybooru.cli.session import Data, note, searchable_board


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    query: str,
    sort: Annotated[str, typer.Option(help="Sort field, as in the search language.")] = "first_seen_at",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Images to show.")] = 25,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = None,
) -> None:
    """List images that match a query, by no filter, but without those that staff have hidden."""
    from polybooru.library.actors import ANONYMOUS
    from polybooru.library.images import load_images

    with searchable_board(data) as board:
        everything = board.search.filter_for(ANONYMOUS, board.library.policy.everything_filter_id)
        page = board.search.find(
            ANONYMOUS,
            board.search.parse(ANONYMOUS, query),
            order=board.search.order(sort, descending=True),
            offset=0,
            limit=limit,
            hidden_by=everything,
        )
        with board.library.reading() as reading:
            found = load_images(reading, page.ids)
        for image_id in page.ids:
            image = found[image_id]
            names = [tag.name for tag in image.tags]
            if as_json:
                facts = {
                    "id": image.id,
                    "format": image.format,
                    "width": image.width_px,
                    "height": image.height_px,
                    "score": image.score,
                    "tags": names,
                }
                print(json.dumps(facts, ensure_ascii=False))
            else:
                size = f"{image.width_px}x{image.height_px}"
                print(f"{image.id}\t{image.format}\t{size}\t{', '.join(names)}")
    note(f"{page.total} images match.")
