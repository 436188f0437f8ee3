"""The differences of two contents: field by field, block by block, word by word.

Pure: values in, differences out. The same two values always give the same answer.
"""
