"""Where the network looks: maps, their summary by class and body part, and whether they are faithful."""
