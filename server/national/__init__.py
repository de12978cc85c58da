"""The network: the centre's side of the line (`uplink`), and the node that receives every centre's records (`node`)."""
