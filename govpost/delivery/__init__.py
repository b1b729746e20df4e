"""The mail room: orders, events, hand-overs, labels, bags. It knows no case; an order holds an opaque `ref`."""
