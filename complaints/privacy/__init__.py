"""What complaints keep of customers, how it is found, given out and erased (§10).

What a customer said, wrote or sent is erased whole, and so are notes and assessments, which are
about the person. What the department wrote about its own work (follow-ups, remedies, causes,
measures, liabilities) stays, with the customer's words masked. Keys, dates, amounts, stages and
scores stay: figures are counted from them. Order numbers stay, too, because accounts refer to
them; they mean nobody without the row of the customer.

`keys` select rows of a person, `persons` finds and knows persons, `retention` says what is still at
work and whose time is over, `rows` declares the tables.
"""

from complaints.privacy import persons, rows
from complaints.privacy.keys import CUSTOMER, ids, of_customer, of_order
from complaints.privacy.persons import with_senders

__all__ = ["CUSTOMER", "ids", "of_customer", "of_order", "persons", "rows", "with_senders"]
