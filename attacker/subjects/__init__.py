"""People in photos: seen by a detector, kept apart, and which of them a study is about."""
