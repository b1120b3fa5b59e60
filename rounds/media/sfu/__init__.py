"""The embedded forwarding unit: packets of one seat to the seats that may have them."""
