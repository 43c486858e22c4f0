"""The player: skeleton, poses, limbs and clothes as surfaces."""
