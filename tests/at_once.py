"""Acts at the same moment, each with a connection of its own."""

import threading

from django.db import connections


def at_once(*acts):
    """Run acts in threads; returns what each returned, or the exception that it raised."""
    gate = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(index, act):
        try:
            gate.wait()
            results[index] = act()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def problems_of(*acts):
    """Run acts in threads and return the exceptions that they raised."""
    return [one for one in at_once(*acts) if isinstance(one, Exception)]
