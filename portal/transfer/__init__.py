"""Files in and out: one contract for every import and export (data-formats).

Here live the reading and writing of CSV, XLSX and JSON (`files`, `csv_files`, `xlsx_files`,
`output`), the values of cells (`values`), the sentences about them (`texts`), the registry of
kinds (`registry`, which also shows how a kind is written) and the two passes of an import
(`runner`). What a kind means does not live here: each app's `resources.py` registers its kinds
and calls its services. Everybody may import from here; the command line, the admin and the
upload page use the same code.

The resources are our own, on openpyxl, rather than django-import-export's: a file of 100,000
rows is read as a stream, checked in batches with a constant number of queries, and written in
short transactions that carry a mark, so that a killed import goes on. A library that holds the
whole table in memory and saves row by row cannot keep the limits of 40 seconds and 300 MB.
"""
