"""The screens of buying, as `page:` and `back:` name them."""

CATEGORIES, PRODUCTS, TYPES = "categories", "products", "types"

COUNTRIES, COUNTRY = "countries", "country"
"""A category's countries, and the products of the country that one of them lies in."""

QUANTITY, AGAIN = "type", "again"
"""How many of a type: in the place of the pressed message, or in a new one."""
