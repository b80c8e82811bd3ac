"""Rows of the long lists, written in one go: lists are asked for all day. No queries here."""
