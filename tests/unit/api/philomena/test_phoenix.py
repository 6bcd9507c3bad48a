"""Frames of Phoenix's channels, read and written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.api.philomena.live import phoenix
from polybooru.api.philomena.live.phoenix import NoFrame

REFS = st.none() | st.text(max_size=5) | st.integers(0, 2**40)


@given(
    REFS,
    REFS,
    st.text(max_size=10),
    st.text(max_size=10),
    st.dictionaries(st.text(max_size=3), st.integers()),
)
def test_a_frame_is_read_as_it_was_written(join_ref, ref, topic, event, payload) -> None:
    frame = phoenix.read(json.dumps([join_ref, ref, topic, event, payload]))
    assert (frame.join_ref, frame.ref, frame.topic, frame.event, frame.payload) == (
        join_ref,
        ref,
        topic,
        event,
        payload,
    )
    assert json.loads(phoenix.reply(frame)) == [
        join_ref,
        ref,
        topic,
        "phx_reply",
        {"status": "ok", "response": {}},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '["1","1","a","b"]',
        '["1","1","a","b",{},1]',
        "[1.5,null,1,2,3]",
        "[" * 4_000,
        "null",
        '["1"',
    ],
)
def test_what_is_no_frame_is_refused(text: str) -> None:
    with pytest.raises(NoFrame):
        phoenix.read(text)


def test_a_push_answers_nothing_and_an_error_says_why() -> None:
    assert phoenix.push("3", "firehose", "image:create", b'{"image":1}') == (
        '["3",null,"firehose","image:create",{"image":1}]'
    )
    frame = phoenix.read('["1","2","other","phx_join",{}]')
    assert json.loads(phoenix.reply(frame, is_ok=False, reason="unmatched topic"))[4] == {
        "status": "error",
        "response": {"reason": "unmatched topic"},
    }
