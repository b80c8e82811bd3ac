"""Reading mailboxes: the line to the server, the mail as text, who takes it.

What a mail means to a case or an item is not known here: the app above registers its taker.
"""
