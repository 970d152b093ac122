"""What operators of the portal see."""
