"""Landing page and Today, About and its sisters, health."""
