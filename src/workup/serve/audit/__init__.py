"""What the service did, in a chain that shows every later change, and asked again to see that it holds."""
