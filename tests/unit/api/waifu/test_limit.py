"""The leaky bucket, as a pure rule."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from polybooru.api.waifu.limit import Rule, give_back, take, wait

NOW = 1_790_000_000.123
RULE = Rule()


def burst(
    count: int, now: float = NOW, state: tuple[float, ...] = (), rule: Rule = RULE
) -> tuple[list[float | None], tuple[float, ...]]:
    """Waits of so many at once; None for a refused one."""
    waits: list[float | None] = []
    for _ in range(count):
        state, turn = take(state, now, rule)
        waits.append(None if turn.retry_after is not None else turn.wait)
    return waits, state


def test_eleven_pass_spread_over_two_seconds_and_the_twelfth_does_not() -> None:
    waits, state = burst(13)
    assert [round(one, 3) for one in waits if one is not None] == [round(0.2 * n, 3) for n in range(11)]
    assert waits[11:] == [None, None]
    assert burst(1, NOW + 0.19, state)[0] == [None], "a refused one changed nothing"
    assert burst(2, NOW + 0.2, state)[0][1] is None
    assert burst(2, NOW + 0.2, state)[0][0] is not None
    assert burst(1, NOW + 3, state)[0] == [0.0]


def test_retry_after_is_rounded_up_and_at_least_1() -> None:
    _, state = burst(11)
    assert take(state, NOW, RULE)[1].retry_after == 1
    slow = Rule(seconds=7.5, queue=0)
    _, state = burst(1, rule=slow)
    assert take(state, NOW + 0.1, slow)[1].retry_after == 8
    assert take(state, NOW + 7, slow)[1].retry_after == 1


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    _, state = burst(11)
    assert burst(1, NOW - 3_600, state)[0] == [0.0]


def test_a_turn_can_be_given_back_unless_another_came() -> None:
    state, first = take((), NOW, RULE)
    state, second = take(state, NOW, RULE)
    assert give_back(state, NOW + second.wait, RULE)[0] == (NOW + second.wait,)
    assert take(give_back(state, NOW + second.wait, RULE)[0], NOW, RULE)[1] == second
    assert give_back(state, NOW + first.wait, RULE)[0] == state
    assert give_back((), NOW, RULE)[0] == ()


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 15)), max_size=30))
def test_no_two_are_served_within_a_period(arrivals: list[tuple[float, int]]) -> None:
    state, now, slots = (), NOW, []
    for pause, count in arrivals:
        now += pause
        waits, state = burst(count, now, state)
        slots += [now + one for one in waits if one is not None]
        assert all(one <= RULE.longest_wait + 0.01 for one in waits if one is not None)
    assert slots == sorted(slots)
    assert all(later - sooner > RULE.seconds - 0.001 for sooner, later in pairwise(slots))


def test_so_many_wait_in_all_and_leave_by_themselves() -> None:
    rule = Rule(most_waiting=3)
    state: tuple[float, ...] = ()
    told = []
    for until in (0.5, 0.5, 1.5, 1.0):
        state, has_room = wait(state, NOW, NOW + until, rule)
        told.append(has_room)
    assert told == [True, True, True, False]
    state, has_room = wait(state, NOW + 0.7, NOW + 1.0, rule)
    assert has_room, "two have been served"
    assert wait(state, NOW + 0.7, NOW + 1.0, rule)[1]
    assert wait((), NOW, NOW + 1, Rule(most_waiting=0)) == ((), False)
