"""The simulator, asked over a real socket."""
