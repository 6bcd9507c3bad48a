"""What `anime-api` makes of the search: run where it may be imported. Usage: ADDRESS IMAGE"""

import json
import sys
from collections.abc import Callable
from typing import Any

from anime_api.apis import WaifuImAPI
from anime_api.apis.waifu_im.types import ImageOrientation, ImageTag, SearchSort
from anime_api.exceptions import ServerError

address, image = sys.argv[1:]
client = WaifuImAPI(endpoint=f"{address}/waifu")
TAGS = ImageTag.SFW


def asked(call: Callable[[], Any]) -> Any:
    """What comes of one call."""
    try:
        made = call()
    except ServerError as error:
        return f"refused: {error}"
    return [one.id for one in made] if isinstance(made, list) else made.id


json.dump(
    {
        "one": asked(client.get_random_image),
        "tag": asked(lambda: client.get_many_random_images(tags=[TAGS.MAID])),
        "many": asked(lambda: client.get_many_random_images(tags=[TAGS.SELFIES], is_nsfw=False)),
        "tall": asked(
            lambda: client.get_random_image(tags=[TAGS.UNIFORM], orientation=ImageOrientation.PORTRAIT)
        ),
        "sorted": asked(
            lambda: client.get_many_random_images(tags=[TAGS.MAID], order_by=SearchSort.UPLOADED_AT)
        ),
        "file": asked(lambda: client.get_random_image(selected_file=[image])),
        "gifs": asked(lambda: client.get_random_image(is_gif=True)),
        "two tags": asked(lambda: client.get_random_image(tags=[TAGS.MAID, TAGS.WAIFU])),
        "by favourites": asked(lambda: client.get_random_image(order_by=SearchSort.FAVORITES)),
    },
    sys.stdout,
)
