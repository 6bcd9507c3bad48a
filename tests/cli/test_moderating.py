"""`image` and `ban`; deleting and exporting accounts."""

import json
import zipfile
from pathlib import Path
from typing import Any

from tests.programs import PASSWORD, Commands, write_manifest


def test_images_are_hidden_merged_and_featured_by_their_numbers(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1, 2])
    assert polybooru("import", "manifest", manifest, "--data", data).status == 0

    def image(*arguments: Any) -> dict[str, Any]:
        ended = polybooru("image", *arguments, "--json", "--data", data)
        assert (ended.status, ended.stderr) == (0, "")
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    hidden = image("hide", 1, "--reason", "blurry")
    assert (hidden["hidden"], hidden["deletion_reason"]) == (True, "blurry")
    refused = polybooru("image", "feature", 1, "--data", data)
    assert (refused.status, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert image("unhide", 1)["hidden"] is False
    assert image("merge", 1, 2)["merged_into"] == 2
    assert image("unmerge", 1)["merged_into"] is None
    assert image("feature", 1)["id"] == 1
    said = polybooru("image", "approve", 1, "--data", data)
    assert (said.status, said.stdout, said.stderr) == (0, "", "Image 1 is approved.\n")
    shown = polybooru("image", "show", 1, "--data", data).stdout
    assert "tags\tdrawn, safe, stripes\n" in shown.replace("safe, drawn, stripes", "drawn, safe, stripes")
    assert polybooru("image", "show", 3, "--data", data).status == 1


def test_images_are_locked_blocked_and_destroyed(polybooru: Commands, data: Path, tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1])
    assert polybooru("import", "manifest", manifest, "--data", data).status == 0
    for command, *more in (
        ["lock", "tags"],
        ["unlock", "tags"],
        ["lock", "comments"],
        ["lock", "description"],
    ):
        ended = polybooru("image", command, 1, *more, "--data", data)
        assert (ended.status, ended.stderr) == (0, f"Image 1 has its {more[0]} {command}ed.\n")
    assert polybooru("image", "lock", 1, "everything", "--data", data).status == 2
    assert polybooru("image", "block", 1, "--reason", "spam", "--data", data).status == 0
    refused = polybooru("image", "destroy", 1, "--data", data)
    assert (refused.status, refused.stderr.count("\n")) == (1, 1)
    assert polybooru("image", "hide", 1, "--reason", "spam", "--data", data).status == 0
    assert polybooru("image", "destroy", 1, "--data", data).status == 0
    assert not [path for path in (data / "blobs").rglob("*") if path.is_file()]
    again = polybooru("import", "manifest", manifest, "--data", data)
    assert "refused, this file is not accepted" in again.stderr


def test_bans_are_added_listed_and_lifted(polybooru: Commands, data: Path) -> None:
    assert polybooru("user", "create", "eve", "--password-stdin", "--data", data, text=PASSWORD).status == 0
    ban = ("ban", "add", "--reason", "spam", "--data", data)
    assert polybooru(*ban).status == 2
    assert polybooru(*ban, "--user", "eve", "--network", "192.0.2.1").status == 2
    assert polybooru(*ban, "--network", "nowhere").status == 1
    made = polybooru(*ban, "--user", "eve", "--days", 3, "--json")
    code = json.loads(made.stdout)["code"]
    assert polybooru(*ban, "--network", "192.0.2.0/24").status == 0
    listed = polybooru("ban", "list", "--data", data).stdout.splitlines()
    assert [line.split("\t")[1::2] for line in listed] == [["192.0.2.0/24", "spam"], ["eve", "spam"]]
    lifted = polybooru("ban", "lift", code, "--data", data)
    assert (lifted.status, lifted.stderr) == (0, f"The ban {code} of eve is lifted.\n")
    assert polybooru("ban", "list", "--user", "eve", "--data", data).stdout == ""
    assert code in polybooru("ban", "list", "--user", "eve", "--all", "--data", data).stdout
    assert polybooru("ban", "lift", "nothing", "--data", data).status == 1


def test_an_account_is_exported_and_deleted(polybooru: Commands, data: Path, tmp_path: Path) -> None:
    assert polybooru("user", "create", "eve", "--password-stdin", "--data", data, text=PASSWORD).status == 0
    target = tmp_path / "eve.zip"
    said = polybooru("user", "export", "eve", target, "--data", data)
    assert (said.status, said.stderr) == (0, f"{target} has the data of eve.\n")
    with zipfile.ZipFile(target) as archive:
        assert json.loads(archive.read("profile.jsonl"))["name"] == "eve"
    assert polybooru("user", "export", "eve", target, "--data", data).status == 1
    gone = polybooru("user", "delete", "eve", "--reason", "asked", "--data", data)
    assert (gone.status, gone.stdout, gone.stderr) == (0, "", "eve is deleted.\n")
    assert polybooru("user", "show", "eve", "--data", data).status == 1
    assert polybooru("doctor", "--data", data).status == 0
