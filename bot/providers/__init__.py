"""Card providers over HTTP: the only place that knows what their wires look like."""
