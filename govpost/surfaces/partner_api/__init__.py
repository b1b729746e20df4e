"""The versioned API for partners, and the door at which carriers push."""
