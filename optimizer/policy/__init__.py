"""The policy network that guides the search: encoding, the fixed-point network, cold start and evolution."""
