"""What `rounds` can be told on the command line, one module per command."""
