"""What is written down of what happens: lines on stderr, without anybody's secrets."""
