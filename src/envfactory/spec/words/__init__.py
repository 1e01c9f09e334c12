"""What the words of a description mean, before anything is known of its schemas."""
