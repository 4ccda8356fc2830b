"""Who is asking, and what they may do. Everything is denied unless a role allows it."""
