"""The place: court, crowd, light, camera, bystanders and props."""
