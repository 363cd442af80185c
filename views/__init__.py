"""Faces: one script per page, and what the pages share; no arithmetic on figures."""
