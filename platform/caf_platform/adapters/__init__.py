"""The only modules that import the libraries behind the ports."""
