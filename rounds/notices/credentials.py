"""Reads the secrets that an operator keeps in files."""

from rounds.kernel.secret_files import read_secret as read_secret
