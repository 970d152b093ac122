"""The benchmarks: ``python -m bench`` prints one line each, with its ratio.

Rates depend on the machine, so each is held against a bare view in the same process of the same
server, measured in turns with it. Bytes do not, so they are held against their budgets.
"""
