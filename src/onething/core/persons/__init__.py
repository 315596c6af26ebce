"""Numbers of the papers by which a person is known: citizen id, permits of Hong Kong, Macao and Taiwan, permanent residence, passport."""
