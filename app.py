"""The way in: `streamlit run app.py`."""

import os

import streamlit as st

from door import headers

# Viewers at once, one WebSocket each. Beyond it people are asked to wait, so that nobody is slow.
SEATS = int(os.environ.get("FOOTNOTE_SEATS", "100"))

app = st.App("views/_shell.py", middleware=headers.stack(SEATS))
