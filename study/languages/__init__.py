"""The languages of participants' pages: what can be translated, its catalogues, and who has checked them."""
