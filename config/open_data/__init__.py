"""Open data of others, read as it comes: the network's contacts, its list of services, and which municipality is when."""
