"""An experiment in the forms that people paste somewhere else. All of them are texts."""
