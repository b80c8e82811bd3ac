"""Validation of what people type about feedback: at the desk, and customers without an account."""
