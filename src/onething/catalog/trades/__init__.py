"""The industry-access graph of a city: trades, scope phrases, permits, and questions to it."""
