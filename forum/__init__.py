"""Counterpart: a discussion forum and directory for central and extradition authorities."""

from forum.app import create_app

__all__ = ["create_app"]
