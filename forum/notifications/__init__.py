"""What people are told, and when: mail without content, written when something happens."""
