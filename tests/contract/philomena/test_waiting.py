"""A long search keeps those waiting who search, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

from tests.contract.conftest import Workshop

PATIENCE_SECONDS = 20


def test_others_are_answered_while_a_thread_is_at_the_index(workshop: Workshop) -> None:
    def ask(path: str) -> int:
        return workshop.client.get(path).status_code

    assert ask("/api/v1/json/search/images?q=*") == 200
    pool = ThreadPoolExecutor(8)
    with workshop.opened.library.replica.lock:
        searching = [pool.submit(ask, f"/api/v1/json/search/images?q={text}") for text in ("*", "cat*")]
        others = [pool.submit(ask, "/api/v1/json/tags/nobody-made-it") for _ in range(5)]
        answers = [other.result(PATIENCE_SECONDS) for other in others]
        assert not any(search.done() for search in searching)
    assert [search.result(PATIENCE_SECONDS) for search in searching] == [200, 200]
    assert answers == [404] * 5
    pool.shutdown()
