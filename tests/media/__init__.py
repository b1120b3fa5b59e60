"""The media engine: packet arithmetic by property, behaviour through real sockets."""
