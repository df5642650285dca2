"""The tests keep machine code in a folder of their own: every process that they start reads what the first one left."""

import os
from pathlib import Path

if os.environ.get("MULTIVECTOR_CACHE") != "off":
    os.environ["MULTIVECTOR_CACHE"] = str(Path(__file__).parent / ".machine_code")
