"""The door: what stands between the network and the pages."""
