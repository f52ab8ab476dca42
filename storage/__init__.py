"""SQL: the only place that knows how things are kept."""
