"""The commands, loaded one at a time: each is a function of the parsed arguments that returns an exit code."""
