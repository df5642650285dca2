"""Least expected shortfall under linear constraints: the program, its fast solver, and its plain one."""
