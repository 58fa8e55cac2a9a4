"""`d`, `v` and a pasted error message: why does this fail?"""
