"""Trajectories: what happened when an agent, a user and environments met."""
