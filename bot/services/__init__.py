"""Use-cases: the order of events, the transactions, the retries."""
