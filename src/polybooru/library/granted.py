"""What can be granted. Apart from `grants`, so that the command line knows the words without the rest."""

from enum import StrEnum


class Granted(StrEnum):
    """What can be granted."""

    VIEW_FAVORITES = "view_favorites"
    MANAGE_FAVORITES = "manage_favorites"
    REPORT = "report"
    ADMIN = "admin"
