"""Records in the making: the kinds there are, their fields, and the inputs that fill them."""
