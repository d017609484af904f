"""Reads of the knowledge: packs, what one reader has, indications, reference lists."""
