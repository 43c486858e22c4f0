"""Secondary analyses of tasks other than a button for each class: yes-no questions and typed answers."""
