"""The console: where organisers, and those who help and watch them, run their initiative (docs/console.md).

The rules are:
- every screen stands in one table (screens.py), and the gate asks it before a view runs: nobody has to remember to ask;
- views are thin: they take the request apart, call one act, render; what is decided is decided in the domain's rooms;
- nothing here needs a script; cookies are of this folder of addresses alone, the public pages have none.
"""
