"""Where the door is served: townships and villages with delivery days, and how many collections an outlet makes in a window."""
