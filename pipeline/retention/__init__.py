"""What may go from a full disk, as it can be made again or serves nothing any more: shown, then deleted."""
