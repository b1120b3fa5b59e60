"""Steps of the database's shape, each of which goes up and down."""
