"""Pages for people: one file a feature, one function a page or form."""
