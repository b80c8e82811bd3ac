"""Daily reports and shift summaries: written, filed, merged, compared.

What the figures and the open work are, the parts of the portal that know them say through the
registries in `queries`. Unfinished orders wait here as rows; complaints adopts them. Incentives
and the other apps may come in.
"""
