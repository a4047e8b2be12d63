"""The outermost layer of yizhan: HTTP and the command line."""
