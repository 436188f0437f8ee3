"""The differences of two contents: field by field, block by block, word by word.

Pure: values in, differences out. The same values always give the same differences.
"""
