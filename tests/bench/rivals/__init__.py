"""The same answers by other means, written as their manuals have it, to measure the product against."""
