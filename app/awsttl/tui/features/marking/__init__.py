"""`space`, `v`, `*`: rows are marked, so that one key acts on all of them."""
