"""Nouns: what a figure, a source, a company and a metric are."""
