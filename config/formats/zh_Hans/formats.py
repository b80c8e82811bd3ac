"""Dates in Simplified Chinese: 2月1日, where Django would write 02月1日."""

MONTH_DAY_FORMAT = "n月j日"
