"""HTTP glue that no feature owns: who may come in, sessions, headers, errors, forms."""
