"""Evidence bundles: one file that holds what a gate found, with everything that a reviewer needs to audit it offline."""
