"""What each route does, one module for each kind of object: read, call the library, present."""
