"""Text that several people write at once: sections, their updates, and the ordered log of them."""
