"""Tables of other programs: their layouts, what each row is taken for, and a preview that says so."""
