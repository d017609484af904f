"""Documents that leave the house and prove themselves: signed PDFs (`paper`) and signed badges (`badge`)."""
