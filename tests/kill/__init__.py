"""The kill test: real processes, struck dead at random while reminders fall due.

Lives here: the stage (children, database cluster, robot), the scene (people and promises), the
verdict, and a variant of the service that must fail. Nothing here is imported by the project.
Run it with `python -m tests.kill --help`.
"""
