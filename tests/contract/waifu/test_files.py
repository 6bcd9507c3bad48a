"""Files and previews by the numbers of images, and documents that follow what changes."""

import hashlib

from tests.contract.conftest import Workshop
from tests.contract.worlds import SVG

from polybooru.library.actors import OPERATOR
from polybooru.library.images import hide_image


def test_a_file_is_the_one_that_the_object_tells_of(workshop: Workshop) -> None:
    client, opened = workshop.client, workshop.opened
    made = [
        opened.make_image(workshop.uploader, "safe, file by number, cute"),
        opened.make_image(
            workshop.uploader, "safe, file by number, cute", picture=SVG.replace(b"#246", b"#135")
        ),
    ]
    assert client.get("/waifu/search?included_tags=file-by-number").status_code == 404, "not processed yet"
    opened.process()
    images = client.get("/waifu/search?included_tags=file-by-number&many=true&order_by=uploaded_at").json()[
        "images"
    ]
    assert [image["image_id"] for image in images] == made[::-1]
    for image in images:
        path = image["url"].removeprefix("https://board.example")
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(answer.content) == image["byte_size"]
        assert path == f"/waifu/cdn/{image['image_id']}{image['extension']}"
        part = client.get(path, headers={"range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, answer.content[:10])
        kept = client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (kept.status_code, kept.content) == (304, b"")
        assert client.head(path).headers["content-length"] == str(image["byte_size"])
        preview = client.get(image["preview_url"].removeprefix("https://board.example"))
        assert preview.headers["location"] == f"https://board.example/images/{image['image_id']}"
        assert preview.status_code == 302
        for wrong in (
            f"{image['image_id']}.webp",
            f"{image['image_id']}",
            f"0{image['image_id']}.png",
            "x.png",
            f"{10**9}.png",
            "1.png/x",
        ):
            missing = client.get(f"/waifu/cdn/{wrong}")
            assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
    [drawing] = [image for image in images if image["extension"] == ".svg"]
    answer = client.get(f"/waifu/cdn/{drawing['image_id']}.svg")
    assert "script" not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    with opened.library.work() as work:
        hide_image(work, OPERATOR, made[0], reason="no")
    for path in (
        f"/waifu/cdn/{made[0]}.png",
        f"/waifu/preview/{made[0]}/",
        "/waifu/preview/x/",
        "/waifu/preview/0",
    ):
        assert client.get(path).json() == {"detail": "Not Found"}
    assert hashlib.sha512(client.get(f"/waifu/cdn/{made[1]}.svg").content).hexdigest()
