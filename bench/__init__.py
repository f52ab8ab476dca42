"""What a sale costs, beside what it could cost at least."""
