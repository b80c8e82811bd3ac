"""Reading mailboxes, against a real IMAP server."""
