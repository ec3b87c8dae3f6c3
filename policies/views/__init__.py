"""The pages for reviewers."""
