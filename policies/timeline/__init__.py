"""What was answered when: flips between states and counts over time, all derived."""
