"""The people of every country: who they are, what they have, what they live on, as a pure function."""
