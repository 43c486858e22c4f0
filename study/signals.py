"""What the people's side tells whoever listens."""

from django.dispatch import Signal

# Sent after the answers are gone, with `study`: files made from them must go too.
participant_withdrew = Signal()
