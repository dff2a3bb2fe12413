"""Pages about members, gathered from their account, their authority and their posts."""
