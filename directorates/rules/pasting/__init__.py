"""Text from other programs as clean structure. Pure: the markup of a clipboard in, rich text out."""
