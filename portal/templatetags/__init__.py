"""Template tags of the shell: how moments and other values are written on a page.

No rules and no queries; everybody's templates may load them.
"""
