"""Reads of attendance: results of people and days, lists, red packets, the board, open requests."""
