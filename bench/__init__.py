"""Where the numbers come from: each script measures one thing and prints a table (README.md)."""
