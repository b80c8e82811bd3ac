"""The API: its door, its things, its description."""
