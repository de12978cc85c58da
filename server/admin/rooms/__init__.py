"""The life of the centre: rooms and client computers, visiting specialists, slips that belong to no visit, seasons, cards."""
