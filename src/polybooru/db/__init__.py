"""Rows: tables, engine and the differences between the two databases, change log, migrations."""

from polybooru.db.change_number import ChangeNumber
from polybooru.db.engine import Change, Database, Event, Transaction, last_change_number

__all__ = ["Change", "ChangeNumber", "Database", "Event", "Transaction", "last_change_number"]
