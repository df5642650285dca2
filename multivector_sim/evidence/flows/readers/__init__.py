"""The formats that are known, one file for each publisher."""
