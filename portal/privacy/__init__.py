"""Personal data of customers (§10): where it lies, how it is given out, erased and retained.

`places` is the registry, filled by each app's `privacy.py`; `exporting`, `erasing` and `retaining`
work on what it holds. No rule of an app lives here. Views and commands come in.
"""
