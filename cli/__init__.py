"""The command line: the only place that builds objects and joins the stages; one file a command."""
