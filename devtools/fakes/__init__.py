"""Local servers that stand for the providers of channels. Standard library only."""
