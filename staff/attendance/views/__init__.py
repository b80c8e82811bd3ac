"""The pages of attendance: one's own, the team's, make-ups, red packets, simulation, tiles."""
