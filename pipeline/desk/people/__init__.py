"""Pages about people: who takes part and is paid, who works on the study, and what they did."""
