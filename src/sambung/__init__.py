"""Sambung connects every channel a business is spoken to on, and continues where a customer left off."""

__version__ = "0.1.0"
