"""What a month pays, as pure functions, by topic.

`values` holds what is settled and the lines that come out, `settling` a person's month, `limits`
what deductions may take, `corrections` what the ledger lacks, `chain` its running hash.
`targets` holds figures and goals, `adjustments` decided amounts, `sharing` a cost among several.
"""
