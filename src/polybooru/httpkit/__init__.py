"""What all HTTP edges share and no dialect owns."""
