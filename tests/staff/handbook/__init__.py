"""The handbook is tested here, as its code is laid out."""
