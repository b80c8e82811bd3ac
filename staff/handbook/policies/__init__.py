"""Rules of the handbook over plain values: no database, no clock."""
