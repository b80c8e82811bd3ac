"""The check-list of a new department: what is set up, what is not yet, and where it is done.

Each room registers its items when it is ready; the first administrator is made here as well.
"""
