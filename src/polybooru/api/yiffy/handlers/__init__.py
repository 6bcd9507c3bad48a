"""What each service answers: read, call the library, present."""
