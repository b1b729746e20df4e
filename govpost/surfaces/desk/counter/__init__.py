"""The one-window counter 综合窗口: any item for whoever stands there, from the identity number to the receipt."""
