"""The network's node: takes in what centres send, and shows what it means."""
