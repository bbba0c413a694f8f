"""People and programs call us over HTTP."""
