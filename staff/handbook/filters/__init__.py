"""Search and filters of the lists of the handbook; they stay in the address."""
