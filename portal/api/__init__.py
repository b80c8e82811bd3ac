"""What every part of the API stands on: tokens at the door, problems, paging, keys, versions.

Here live no things: each room describes its own in its `api.py`, and `config/urls.py` puts them
together under one root. Only `api` modules and the root come in.
"""
