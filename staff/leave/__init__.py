"""Rest days and leave: asked for, decided, withdrawn, counted.

What others need to know of it, the absence, lives with people. Daily reports, incentives and the
other apps may come in.
"""
