"""A believable clinic for trying the product on one's own machine."""
