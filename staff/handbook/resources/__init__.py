"""Files of the handbook, for export."""

from staff.handbook.resources.acknowledgements import ACKNOWLEDGEMENTS
from staff.handbook.resources.articles import ARTICLES
from staff.handbook.resources.readings import READINGS
from staff.handbook.resources.trainings import TRAININGS

__all__ = ["ACKNOWLEDGEMENTS", "ARTICLES", "READINGS", "TRAININGS"]
