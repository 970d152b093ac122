"""The watcher: records what happens to experiments while nobody is looking."""
