"""Wire formats that sources share, or that would outgrow their files: pure, as sources are."""
