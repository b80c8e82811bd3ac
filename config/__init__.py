"""Settings and the one place that knows every app.

Here live settings, URLs, the Celery application and the commands that span apps
(demo, import, export, tick, verify). No models and no rules. Nobody imports this
package but the interpreter: the web server, the worker and manage.py.
"""

from config.celery import app as celery_app
from config.env import refuse_wrong_start

refuse_wrong_start()

__all__ = ["celery_app"]
