import json

from polybooru.api.philomena.present import covered


def test_a_covered_image_says_so_and_is_otherwise_the_same() -> None:
    document = b'{"id":7,"description":"\\"spoilered\\":false}","spoilered":false}'

    found = json.loads(covered(document))

    assert found == json.loads(document) | {"spoilered": True}


def test_a_stub_is_not_covered() -> None:
    stub = b'{"id":7,"deletion_reason":",\\"spoilered\\":false}"}'

    assert covered(stub) == stub
