"""Made data of any size, and how fast Footnote is on it."""
