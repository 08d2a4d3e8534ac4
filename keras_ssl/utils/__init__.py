"""Small tools that know nothing of what stands above them."""
