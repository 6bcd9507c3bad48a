"""Every file address of every dialect; visibility is checked at each request."""
