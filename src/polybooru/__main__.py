"""`python -m polybooru` is the command."""

from polybooru.cli import main

main()
