"""Times in English: 17:30 as everywhere in the portal, where Django would write 5:30 p.m."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "m/d/Y H:i"
