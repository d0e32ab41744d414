"""The page for people: a chat client in the browser, drawn by the server."""
