"""Between the server and Django: what a request is, before anybody works on it."""
