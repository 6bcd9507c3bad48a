"""How often topics are looked at: counted in memory, and added to the rows now and then.

A killed process loses what it counted since: some views of a minute are worth less than a write for each.
"""

import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import bindparam, update

from polybooru.db.tables import topics
from polybooru.library.library import Library

KEPT_FOR = timedelta(minutes=1)
MAX_TOPICS = 1_000


class TopicViews:
    """Views that are not in the rows yet. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._counted: Counter[int] = Counter()
        self._since = library.clock()

    def count(self, topic_id: int) -> None:
        """Somebody saw this topic; it was found just before. Writes what was counted if it is time to."""
        with self._lock:
            self._counted[topic_id] += 1
            is_due = self._library.clock() - self._since >= KEPT_FOR or len(self._counted) >= MAX_TOPICS
        if is_due:
            self.write()

    def write(self) -> None:
        """Add what was counted to the rows; also when a process ends. Raises Unavailable, and keeps it."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
            self._since = self._library.clock()
        if not counted:
            return
        added = topics.c.view_count + bindparam("views")
        one = update(topics).where(topics.c.id == bindparam("topic_id")).values(view_count=added)
        rows = [{"topic_id": topic_id, "views": views} for topic_id, views in sorted(counted.items())]
        written = False
        try:
            with self._library.work() as work:
                work.execute(one, rows)
            written = True
        finally:
            if not written:
                with self._lock:
                    self._counted += counted
