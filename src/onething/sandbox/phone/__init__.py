"""The sandbox phone: takes text messages over HTTP and shows them as a phone would."""
