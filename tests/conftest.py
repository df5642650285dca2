"""Every run tries the same examples, so that a test that passes today passes tomorrow; none is judged by its time."""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")
