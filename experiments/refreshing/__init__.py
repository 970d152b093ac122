"""One call to AWS for everybody who looks: when it is made, who waits for it, what is kept."""
