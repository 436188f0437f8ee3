"""The public search: what the words of a query find among the records that the public sees."""
