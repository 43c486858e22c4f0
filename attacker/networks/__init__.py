"""Networks: built by their libraries, cut into stages, with weights of known content, on a known device."""
