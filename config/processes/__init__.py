"""Everything that starts and keeps other processes: web, worker, beat and the broker.

Here live what a child process is (child), how all are kept alive (watch), what is run (programs),
which broker there is (broker) and the data folder (folder). No Django and no database: only the
command `demo` comes in, and the tests.
"""
