"""What the tests stand on: servers, a browser, a second opinion on codes."""
