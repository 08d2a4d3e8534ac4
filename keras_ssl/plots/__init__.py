"""Draws plain numbers with Matplotlib, which is imported when a figure is."""
