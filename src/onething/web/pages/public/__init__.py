"""Pages for everybody: home, life events, advice, verification, sign-in."""
