"""One module per app; every model has a factory."""
