"""Foundations that know nothing of the domain and nothing of HTTP."""
