"""What the pages of the handbook show, in a constant number of queries."""
