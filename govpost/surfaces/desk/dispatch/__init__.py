"""The dispatch window 调度窗口: instructions sent, taken, not taken in time."""
